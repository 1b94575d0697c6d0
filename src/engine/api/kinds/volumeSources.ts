// Storage that Pods and PersistentVolumes name in the same way: what each source must say. A volume also says whose a Secret is.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (validateVolumeSource, ValidatePersistentVolumeSpec)

import type { JsonObject } from '../object'
import { dnsLabelErrors, dnsSubdomainErrors } from '../validation/names'
import {
  missing,
  named,
  NONE,
  oneOf,
  required,
  tooLong,
  unsupported,
  wrong,
  type Errors,
  type Path,
  type Validate,
} from '../validation/rules'
import { relativePath, withoutBacksteps } from './pod/paths'

type Source = Validate<JsonObject>

const HOST_PATH_TYPES = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket']
const LARGEST_LUN = 255
const LONGEST_DRIVER = 63
const PAIRS = 'must be a host:port pair or multiple pairs separated by commas'

const isEmptyList = (value: unknown) => Array.isArray(value) && value.length === 0

const need =
  (...fields: readonly string[]): Source =>
  (source, at) =>
    fields.flatMap((field) => (isEmptyList(source[field]) ? missing(at.child(field)) : required(source[field], at.child(field))))

const both =
  (...rules: readonly Source[]): Source =>
  (source, at) =>
    rules.flatMap((rule) => rule(source, at))

const upTo255 = (value: unknown, at: Path, least: number): Errors =>
  typeof value === 'number' && (value < 0 || value > LARGEST_LUN)
    ? wrong(at, value, `must be between ${least} and ${LARGEST_LUN}, inclusive`)
    : NONE

const partition: Source = ({ partition: value }, at) => upTo255(value, at.child('partition'), 1)

/** The Secret that a source names; `owner`: a volume is nobody's, so it says whose the Secret is too. */
const secret =
  (owner: boolean): Source =>
  ({ secretRef }, at) =>
    secretRef ? need('name', ...(owner ? ['namespace'] : []))(secretRef as JsonObject, at.child('secretRef')) : NONE

export const hostPath: Source = ({ path, type }, at) =>
  path
    ? [...withoutBacksteps(path as string, at.child('path')), ...oneOf(type as string | undefined, HOST_PATH_TYPES, at.child('type'))]
    : missing(at.child('path'))

const nfs: Source = ({ server, path = '' }, at) => [
  ...required(server, at.child('server')),
  ...required(path, at.child('path')),
  ...((path as string).startsWith('/') ? NONE : wrong(at.child('path'), path, 'must be an absolute path')),
]

const INITIATORS: Readonly<Record<string, RegExp>> = {
  iqn: /iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)$/,
  eui: /^eui.[A-Za-z0-9]{16}$/,
  naa: /^naa.[A-Za-z0-9]{32}$/,
}

function initiator(name: string, at: Path, start: string): Errors {
  const pattern = INITIATORS[name.slice(0, 3)]
  if (!pattern) return wrong(at, name, start)
  return pattern.test(name) ? NONE : wrong(at, name, 'must be valid format')
}

const iscsi =
  (ofVolume: boolean): Source =>
  (source, at) => {
    const { iqn, initiatorName } = source as { iqn?: string; initiatorName?: string }
    const start = ofVolume ? 'must be valid format' : 'must be valid format starting with iqn, eui, or naa'
    return [
      ...required(source.targetPortal, at.child('targetPortal')),
      ...(iqn ? initiator(iqn, at.child('iqn'), start) : missing(at.child('iqn'))),
      ...upTo255(source.lun, at.child('lun'), 0),
      ...((source.chapAuthDiscovery || source.chapAuthSession) && !source.secretRef ? missing(at.child('secretRef')) : NONE),
      ...(ofVolume ? secret(false)(source, at) : NONE),
      ...(initiatorName === undefined ? NONE : initiator(initiatorName, at.child('initiatorname'), start)),
    ]
  }

const fc: Source = ({ targetWWNs, wwids, lun }, at) => {
  const [names, ids] = [(targetWWNs ?? []) as readonly string[], (wwids ?? []) as readonly string[]]
  const place = at.child('targetWWNs')
  return [
    ...(names.length + ids.length === 0 ? missing(place, 'must specify either targetWWNs or wwids, but not both') : NONE),
    ...(names.length > 0 && ids.length > 0 ? wrong(place, names, 'targetWWNs and wwids can not be specified simultaneously') : NONE),
    ...(names.length === 0
      ? NONE
      : lun === undefined
        ? missing(at.child('lun'), 'lun is required if targetWWNs is specified')
        : upTo255(lun, at.child('lun'), 0)),
  ]
}

const glusterfs: Source = both(need('endpoints', 'path'), ({ endpointsNamespace: namespace }, at) => {
  if (namespace === undefined) return NONE
  const place = at.child('endpointsNamespace')
  return namespace === ''
    ? wrong(place, '', 'if the endpointnamespace is set, it must be a valid namespace name')
    : named(namespace as string, place, dnsLabelErrors)
})

const flocker: Source = (source, at) => {
  const { datasetName: name = '', datasetUUID: id = '' } = source as { datasetName?: string; datasetUUID?: string }
  return [
    ...(name === '' && id === '' ? missing(at, 'one of datasetName and datasetUUID is required') : NONE),
    ...(name !== '' && id !== '' ? wrong(at, 'resource', 'datasetName and datasetUUID can not be specified simultaneously') : NONE),
    ...(name.includes('/') ? wrong(at.child('datasetName'), name, "must not contain '/'") : NONE),
  ]
}

const quobyte: Source = (source, at) => {
  const { registry = '', tenant = '' } = source as { registry?: string; tenant?: string }
  const place = at.child('registry')
  return [
    ...(registry === ''
      ? missing(place, PAIRS)
      : tenant.length > 64
        ? missing(at.child('tenant'), 'must be a UUID and may not exceed a length of 64 characters')
        : registry.split(',').flatMap((pair) => (/^(\[[^[\]]*\]|[^:[\]]*):[^:[\]]*$/.test(pair) ? NONE : wrong(place, registry, PAIRS)))),
    ...required(source.volume, at.child('volume')),
  ]
}

/** Options that Kubernetes keeps for itself. */
const flexVolume: Source = both(need('driver'), ({ options }, at) =>
  Object.keys((options ?? {}) as JsonObject).flatMap((key) =>
    /\.(kubernetes|k8s)\.io$/.test(`.${key.split('/')[0]!.toLowerCase()}`)
      ? wrong(at.child('options').key(key), key, 'kubernetes.io and k8s.io namespaces are reserved')
      : NONE,
  ),
)

const MANAGED = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}'
const BLOB = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd'

const azureDisk: Source = both(need('diskName', 'diskURI'), (source, at) => {
  const { cachingMode, kind, diskURI: uri = '' } = source as { cachingMode?: string; kind?: string; diskURI?: string }
  const place = at.child('diskURI')
  return [
    ...oneOf(cachingMode, ['None', 'ReadOnly', 'ReadWrite'], at.child('cachingMode')),
    ...oneOf(kind, ['Dedicated', 'Managed', 'Shared'], at.child('kind')),
    ...(kind === 'Managed' && !uri.startsWith('/subscriptions/') ? unsupported(place, uri, [MANAGED]) : NONE),
    ...(kind !== undefined && kind !== 'Managed' && !uri.startsWith('https://') ? unsupported(place, uri, [BLOB]) : NONE),
  ]
})

const storageos =
  (ofVolume: boolean): Source =>
  (source, at) => {
    const { volumeName: name, volumeNamespace: namespace } = source as { volumeName?: string; volumeNamespace?: string }
    return [
      ...(name ? named(name, at.child('volumeName'), dnsLabelErrors) : missing(at.child('volumeName'))),
      ...(namespace ? named(namespace, at.child('volumeNamespace'), dnsLabelErrors) : NONE),
      ...secret(ofVolume)(source, at),
    ]
  }

/** A driver's name is a DNS subdomain that may have capital letters. */
export function validateDriverName(
  name: string | undefined,
  at: Path,
  rule = (text: string) => dnsSubdomainErrors(text.toLowerCase()),
): Errors {
  if (!name) return missing(at)
  return [...(name.length > LONGEST_DRIVER ? tooLong(at, LONGEST_DRIVER) : NONE), ...named(name, at, rule)]
}

const SECRETS_OF_VOLUME = ['controllerPublishSecretRef', 'controllerExpandSecretRef', 'nodePublishSecretRef', 'nodeExpandSecretRef']

const csiOfVolume: Source = (source, at) => [
  ...validateDriverName(source.driver as string | undefined, at.child('driver')),
  ...required(source.volumeHandle, at.child('volumeHandle')),
  ...SECRETS_OF_VOLUME.flatMap((field) => {
    const reference = source[field] as { readonly name?: string; readonly namespace?: string } | undefined
    if (!reference) return NONE
    const [name, namespace] = [at.child(field, 'name'), at.child(field, 'namespace')]
    return [
      ...(reference.name ? named(reference.name, name, dnsSubdomainErrors) : missing(name)),
      ...(reference.namespace ? named(reference.namespace, namespace, dnsLabelErrors) : missing(namespace)),
    ]
  }),
]

const csiOfPod: Source = ({ driver, nodePublishSecretRef: reference }, at) => [
  ...validateDriverName(driver as string | undefined, at.child('driver')),
  ...(reference
    ? (reference as JsonObject).name
      ? named((reference as { name: string }).name, at.child('name'), dnsSubdomainErrors)
      : missing(at.child('nodePublishSecretRef', 'name'))
    : NONE),
]

const common: Readonly<Record<string, Source>> = {
  hostPath,
  gcePersistentDisk: both(need('pdName'), partition),
  awsElasticBlockStore: both(need('volumeID'), partition),
  nfs,
  glusterfs,
  flocker,
  rbd: need('monitors', 'image'),
  quobyte,
  cephfs: need('monitors'),
  fc,
  flexVolume,
  vsphereVolume: need('volumePath'),
  photonPersistentDisk: need('pdID'),
  portworxVolume: need('volumeID'),
  azureDisk,
  scaleIO: need('gateway', 'system', 'volumeName'),
}

/** The sources of a Pod that a volume may have too. */
export const podSources: Readonly<Record<string, Source>> = {
  ...common,
  gitRepo: ({ repository, directory }, at) => [
    ...required(repository, at.child('repository')),
    ...relativePath((directory ?? '') as string, at.child('directory')),
  ],
  iscsi: iscsi(false),
  cinder: both(need('volumeID'), secret(false)),
  azureFile: need('secretName', 'shareName'),
  storageos: storageos(false),
  csi: csiOfPod,
}

export const persistentSources: Readonly<Record<string, Source>> = {
  ...common,
  iscsi: iscsi(true),
  cinder: both(need('volumeID'), secret(true)),
  azureFile: both(need('secretName', 'shareName'), ({ secretNamespace }, at) =>
    secretNamespace === '' ? missing(at.child('secretNamespace')) : NONE,
  ),
  local: ({ path }, at) => (path ? withoutBacksteps(path as string, at.child('path')) : missing(at.child('path'))),
  storageos: storageos(true),
  csi: csiOfVolume,
}

/** Where the errors of a source stand when that is not the name of its field. */
export const SOURCE_PATHS: Readonly<Record<string, string>> = { gcePersistentDisk: 'persistentDisk' }
/** Why a second source is refused. */
export const ONE_SOURCE = 'may not specify more than 1 volume type'
/** Where it is refused when that is not the name of its field. */
export const REFUSED_PATHS: Readonly<Record<string, string>> = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' }

const DEFAULTS: JsonObject = {
  hostPath: { type: '' },
  rbd: { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' },
  iscsi: { iscsiInterface: 'default' },
  azureDisk: { cachingMode: 'ReadWrite', fsType: 'ext4', readOnly: false, kind: 'Shared' },
  scaleIO: { storageMode: 'ThinProvisioned', fsType: 'xfs' },
}

/** A volume, of a Pod or for all, with what its source leaves out. */
export function defaultSources<T extends JsonObject>(volume: T): T {
  const filled = Object.keys(DEFAULTS).filter((name) => volume[name])
  if (filled.length === 0) return volume
  return {
    ...volume,
    ...Object.fromEntries(filled.map((name) => [name, { ...(DEFAULTS[name] as JsonObject), ...(volume[name] as JsonObject) }])),
  }
}
