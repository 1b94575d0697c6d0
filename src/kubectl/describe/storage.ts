// kubectl describe of PersistentVolumeClaim, PersistentVolume and StorageClass.
// Leaves out: volumes other than local ones, their node affinity.
// Upstream: kubectl pkg/describe/describe.go

import type { JsonObject } from '../../engine/index'
import { own } from '../../engine/index'
import { labelText } from '../printers/tableText'
import type { Describer } from './describer'
import { annotationLines, date, goList, labelLines, marked, named, since, type Described, type Lines } from './parts'

const MODES: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
}
const modeText = (modes: unknown) => ((modes ?? []) as readonly string[]).map((mode) => own(MODES, mode) ?? mode).join(',')
const storageOf = (amounts: unknown) => (amounts as { storage?: string } | undefined)?.storage ?? '0'

const phase = ({ metadata, status }: Described, now: number) =>
  metadata.deletionTimestamp
    ? `Status:\tTerminating (lasts ${since(metadata.deletionTimestamp, now)})`
    : `Status:\t${String(status?.phase ?? '')}`

export const describeClaim: Describer = function* (claim, asking) {
  const { metadata, spec = {}, status = {} } = claim
  const pods = yield* asking.list(`/api/v1/namespaces/${metadata.namespace}/pods`)
  const users = pods.filter((pod) =>
    ((pod.spec?.volumes ?? []) as readonly JsonObject[]).some(
      (v) => (v.persistentVolumeClaim as { claimName?: string } | undefined)?.claimName === metadata.name,
    ),
  )
  const bound = Boolean(spec.volumeName)
  const names = users.map((pod) => pod.metadata.name).sort()
  return [
    ...named(claim),
    `StorageClass:\t${String(spec.storageClassName ?? '')}`,
    phase(claim, asking.now),
    `Volume:\t${String(spec.volumeName ?? '')}`,
    ...marked(claim),
    `Finalizers:\t${goList(metadata.finalizers)}`,
    `Capacity:\t${bound ? storageOf(status.capacity) : ''}`,
    `Access Modes:\t${bound ? modeText(status.accessModes) : ''}`,
    ...(spec.volumeMode ? [`VolumeMode:\t${String(spec.volumeMode)}`] : []),
    ...(names.length === 0 ? ['Used By:\t<none>'] : names.map((name, i) => `${i === 0 ? 'Used By:' : ''}\t${name}`)),
    ...claimConditions((status.conditions ?? []) as readonly JsonObject[]),
    ...(yield* asking.events(claim)),
  ]
}

/** Upstream's line under the titles is the one of a Node's conditions. */
function claimConditions(conditions: readonly JsonObject[]): Lines {
  if (conditions.length === 0) return []
  const time = (value: unknown) => date(value) || NO_TIME
  return [
    'Conditions:',
    '  Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage',
    '  ----\t------\t-----------------\t------------------\t------\t-------',
    ...conditions.map(({ type, status, lastProbeTime, lastTransitionTime, reason, message }) =>
      [
        `  ${String(type)} `,
        `${String(status)} `,
        `${time(lastProbeTime)} `,
        `${time(lastTransitionTime)} `,
        `${String(reason ?? '')} `,
        message ?? '',
      ].join('\t'),
    ),
  ]
}

/** Go's zero time. */
const NO_TIME = 'Mon, 01 Jan 0001 00:00:00 +0000'

export const describeVolume: Describer = function* (volume, asking) {
  const { metadata, spec = {}, status = {} } = volume
  const claim = spec.claimRef as { namespace?: string; name?: string } | undefined
  return [
    `Name:\t${metadata.name}`,
    ...labelLines('Labels', metadata.labels),
    ...annotationLines('Annotations', metadata.annotations),
    `Finalizers:\t${goList(metadata.finalizers)}`,
    `StorageClass:\t${String(spec.storageClassName ?? '')}`,
    phase(volume, asking.now),
    `Claim:\t${claim ? `${claim.namespace}/${claim.name}` : ''}`,
    `Reclaim Policy:\t${String(spec.persistentVolumeReclaimPolicy ?? '')}`,
    `Access Modes:\t${modeText(spec.accessModes)}`,
    ...(spec.volumeMode ? [`VolumeMode:\t${String(spec.volumeMode)}`] : []),
    `Capacity:\t${storageOf(spec.capacity)}`,
    'Node Affinity:\t<none>',
    `Message:\t${String(status.message ?? '')}`,
    'Source:',
    ...sourceLines(spec),
    ...(yield* asking.events(volume)),
  ]
}

function sourceLines({ hostPath, local, nfs }: JsonObject): Lines {
  const facts = (type: string, source: JsonObject, fields: Readonly<Record<string, string>>) => [
    `    Type:\t${type}`,
    ...Object.entries(fields).map(([title, field]) => `    ${title}:\t${String(source[field] ?? '')}`),
  ]
  if (hostPath) return facts('HostPath (bare host directory volume)', hostPath as JsonObject, { Path: 'path', HostPathType: 'type' })
  if (local) return facts('LocalVolume (a persistent volume backed by local storage on a node)', local as JsonObject, { Path: 'path' })
  if (nfs)
    return [
      ...facts('NFS (an NFS mount that lasts the lifetime of a pod)', nfs as JsonObject, { Server: 'server', Path: 'path' }),
      `    ReadOnly:\t${String((nfs as JsonObject).readOnly ?? false)}`,
    ]
  return ['  <unknown>']
}

const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class'
export const describeStorageClass: Describer = function* (storageClass, asking) {
  const { metadata, provisioner, parameters, allowVolumeExpansion, mountOptions, reclaimPolicy, volumeBindingMode } = storageClass
  const options = (mountOptions ?? []) as readonly string[]
  return [
    `Name:\t${metadata.name}`,
    `IsDefaultClass:\t${metadata.annotations?.[DEFAULT_CLASS] === 'true' ? 'Yes' : 'No'}`,
    `Annotations:\t${labelText(metadata.annotations)}`,
    `Provisioner:\t${String(provisioner)}`,
    `Parameters:\t${labelText(parameters as Record<string, string> | undefined)}`,
    `AllowVolumeExpansion:\t${allowVolumeExpansion === undefined ? '<unset>' : allowVolumeExpansion ? 'True' : 'False'}`,
    ...(options.length === 0 ? ['MountOptions:\t<none>'] : ['MountOptions:', ...options.map((option) => `  ${option}`)]),
    ...(reclaimPolicy ? [`ReclaimPolicy:\t${String(reclaimPolicy)}`] : []),
    ...(volumeBindingMode ? [`VolumeBindingMode:\t${String(volumeBindingMode)}`] : []),
    ...(yield* asking.events(storageClass)),
  ]
}
