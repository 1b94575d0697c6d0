// Volumes of a Pod: one source each, and what that source must say.
// Leaves out: iSCSI names, cluster trust bundles and Pod certificates within projected volumes.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (ValidateVolumes, validateVolumeSource)

import type { JsonObject } from '../../object'
import { parseQuantity } from '../../quantity'
import { dnsLabelErrors, dnsSubdomainErrors } from '../../validation/names'
import {
  each,
  missing,
  named,
  NONE,
  notAllowed,
  oneOf,
  repeated,
  required,
  wrong,
  type Errors,
  type Path,
  type Validate,
} from '../../validation/rules'
import { validateClaimSpec, type ClaimSpec } from '../persistentvolumeclaim/validation'
import { validateDownwardFile, validateProjected } from './projected'
import { fileMode, relativePath, withoutBacksteps } from './paths'
import type { Volume } from './types'

const HOST_PATH_TYPES = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket']
const MORE = 'may not specify more than 1 volume type'

/** The errors, and by name the volumes that are well: a mount of another one does not find it. */
export function validateVolumes(
  list: readonly Volume[] | undefined,
  at: Path,
): { readonly errors: Errors; readonly volumes: ReadonlyMap<string, Volume> } {
  const volumes = new Map<string, Volume>()
  const errors = (list ?? []).flatMap((volume, i) => {
    const place = at.index(i)
    const own = [
      ...validateSource(volume, place),
      ...(volume.name ? named(volume.name, place.child('name'), dnsLabelErrors) : missing(place.child('name'))),
      ...(volumes.has(volume.name) ? repeated(place.child('name'), volume.name) : NONE),
    ]
    if (own.length === 0) volumes.set(volume.name, volume)
    return own
  })
  return { errors, volumes }
}

function validateSource(volume: Volume, at: Path): Errors {
  const [first, ...more] = Object.keys(SOURCES).filter((source) => volume[source] !== undefined && volume[source] !== null)
  if (!first) return Object.keys(volume).length > 1 ? NONE : missing(at, 'must specify a volume type')
  const own = SOURCES[first]!(volume[first] as JsonObject, at.child(first))
  return [...own, ...more.flatMap((source) => notAllowed(at.child(source), MORE))]
}

const need =
  (...fields: readonly string[]): Validate<JsonObject> =>
  (source, at) =>
    fields.flatMap((field) => required(source[field], at.child(field)))

/** In the order that upstream looks. */
const SOURCES: Readonly<Record<string, Validate<JsonObject>>> = {
  emptyDir: ({ sizeLimit }, at) => {
    const size = sizeLimit === undefined ? null : parseQuantity(String(sizeLimit))
    return size && size.nano < 0n ? notAllowed(at.child('sizeLimit'), 'SizeLimit field must be a valid resource quantity') : NONE
  },
  hostPath: ({ path, type }, at) =>
    path
      ? [...withoutBacksteps(path as string, at.child('path')), ...oneOf(type as string | undefined, HOST_PATH_TYPES, at.child('type'))]
      : missing(at.child('path')),
  gitRepo: ({ repository, directory }, at) => [
    ...required(repository, at.child('repository')),
    ...relativePath((directory ?? '') as string, at.child('directory')),
  ],
  gcePersistentDisk: need('pdName'),
  awsElasticBlockStore: need('volumeID'),
  secret: (source, at) => [...required(source.secretName, at.child('secretName')), ...files(source, at)],
  nfs: ({ server, path = '' }, at) => [
    ...required(server, at.child('server')),
    ...required(path, at.child('path')),
    ...((path as string).startsWith('/') ? NONE : wrong(at.child('path'), path, 'must be an absolute path')),
  ],
  iscsi: (source, at) => [
    ...need('targetPortal', 'iqn')(source, at),
    ...((source.chapAuthDiscovery || source.chapAuthSession) && !source.secretRef ? missing(at.child('secretRef')) : NONE),
  ],
  glusterfs: need('endpoints', 'path'),
  flocker: NOTHING,
  persistentVolumeClaim: need('claimName'),
  rbd: need('monitors', 'image'),
  cinder: need('volumeID'),
  cephfs: need('monitors'),
  quobyte: need('registry', 'volume'),
  downwardAPI: ({ defaultMode, items }, at) => [
    ...fileMode(defaultMode as number | undefined, at.child('defaultMode')),
    ...((items ?? []) as readonly JsonObject[]).flatMap((item) => validateDownwardFile(item, at)),
  ],
  fc: NOTHING,
  flexVolume: need('driver'),
  configMap: (source, at) => [...required(source.name, at.child('name')), ...files(source, at)],
  azureFile: need('secretName', 'shareName'),
  vsphereVolume: need('volumePath'),
  photonPersistentDisk: need('pdID'),
  portworxVolume: need('volumeID'),
  azureDisk: need('diskName', 'diskURI'),
  storageos: NOTHING,
  projected: validateProjected,
  scaleIO: need('gateway', 'system', 'volumeName'),
  csi: ({ driver, nodePublishSecretRef: secret }, at) => [
    ...(driver ? named(driver as string, at.child('driver'), driverErrors) : missing(at.child('driver'))),
    ...(secret
      ? (secret as JsonObject).name
        ? named((secret as { name: string }).name, at.child('name'), dnsSubdomainErrors)
        : missing(at.child('nodePublishSecretRef', 'name'))
      : NONE),
  ],
  ephemeral: ({ volumeClaimTemplate }, at) =>
    volumeClaimTemplate
      ? validateClaimSpec(((volumeClaimTemplate as JsonObject).spec ?? {}) as ClaimSpec, at.child('volumeClaimTemplate', 'spec'))
      : missing(at.child('volumeClaimTemplate')),
  image: ({ reference, pullPolicy }, at) => [
    ...required(reference, at.child('reference')),
    ...oneOf(pullPolicy as string | undefined, ['Always', 'IfNotPresent', 'Never'], at.child('pullPolicy')),
  ],
}

/** A driver's name is a DNS subdomain that may have capital letters. */
const driverErrors = (name: string) => [
  ...(name.length > 63 ? ['must be no more than 63 characters'] : []),
  ...dnsSubdomainErrors(name.toLowerCase()),
]

function NOTHING(): Errors {
  return NONE
}

/** The keys of a ConfigMap or Secret that become files. */
function files({ defaultMode, items }: JsonObject, at: Path): Errors {
  return [
    ...fileMode(defaultMode as number | undefined, at.child('defaultMode')),
    ...each(items as readonly JsonObject[] | undefined, at.child('items'), validateKeyToPath),
  ]
}

export const validateKeyToPath: Validate<JsonObject> = ({ key, path = '', mode }, at) => [
  ...required(key, at.child('key')),
  ...required(path, at.child('path')),
  ...relativePath(path as string, at.child('path'), true),
  ...fileMode(mode as number | undefined, at.child('mode')),
]
