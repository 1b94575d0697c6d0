// Volumes of a Pod: one source each, and what that source must say.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (ValidateVolumes, validateVolumeSource)

import type { JsonObject, ObjectMeta } from '../../object'
import { parseQuantity } from '../../scalars/quantity'
import { dnsLabelErrors } from '../../validation/names'
import { validateAnnotations, validateLabels } from '../../validation/objectMeta'
import {
  each,
  missing,
  named,
  NONE,
  notAllowed,
  oneOf,
  repeated,
  required,
  type Errors,
  type Path,
  type Validate,
} from '../../validation/rules'
import type { ClaimSpec } from '../persistentvolumeclaim/spec'
import { validateClaimSpec } from '../persistentvolumeclaim/validation'
import { ONE_SOURCE, podSources, REFUSED_PATHS, SOURCE_PATHS } from '../volumeSources'
import { validateDownwardFile, validateProjected } from './projected'
import { fileMode, relativePath } from './paths'
import type { Volume } from './types'

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
  const [first, ...more] = ORDER.filter((source) => volume[source] !== undefined && volume[source] !== null)
  if (!first) return missing(at, 'must specify a volume type')
  const own = SOURCES[first]!(volume[first] as JsonObject, at.child(SOURCE_PATHS[first] ?? first))
  return [...own, ...more.flatMap((source) => notAllowed(at.child(REFUSED_PATHS[source] ?? source), ONE_SOURCE))]
}

/** Of a Pod alone. */
const OWN: Readonly<Record<string, Validate<JsonObject>>> = {
  emptyDir: ({ sizeLimit }, at) => {
    const size = sizeLimit === undefined ? null : parseQuantity(String(sizeLimit))
    return size && size.nano < 0n ? notAllowed(at.child('sizeLimit'), 'SizeLimit field must be a valid resource quantity') : NONE
  },
  secret: (source, at) => [...required(source.secretName, at.child('secretName')), ...files(source, at)],
  persistentVolumeClaim: ({ claimName }, at) => required(claimName, at.child('claimName')),
  downwardAPI: ({ defaultMode, items }, at) => [
    ...fileMode(defaultMode as number | undefined, at.child('defaultMode')),
    ...((items ?? []) as readonly JsonObject[]).flatMap((item) => validateDownwardFile(item, at)),
  ],
  configMap: (source, at) => [...required(source.name, at.child('name')), ...files(source, at)],
  projected: validateProjected,
  ephemeral: ({ volumeClaimTemplate }, at) =>
    volumeClaimTemplate
      ? validateClaimTemplate(volumeClaimTemplate as JsonObject, at.child('volumeClaimTemplate'))
      : missing(at.child('volumeClaimTemplate')),
  image: ({ reference, pullPolicy }, at) => [
    ...required(reference, at.child('reference')),
    ...oneOf(pullPolicy as string | undefined, ['Always', 'IfNotPresent', 'Never'], at.child('pullPolicy')),
  ],
}
const SOURCES = { ...podSources, ...OWN }
/** In the order that upstream looks. */
const ORDER = [
  'emptyDir',
  'hostPath',
  'gitRepo',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'secret',
  'nfs',
  'iscsi',
  'glusterfs',
  'flocker',
  'persistentVolumeClaim',
  'rbd',
  'cinder',
  'cephfs',
  'quobyte',
  'downwardAPI',
  'fc',
  'flexVolume',
  'configMap',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'storageos',
  'projected',
  'scaleIO',
  'csi',
  'ephemeral',
  'image',
]

function validateClaimTemplate({ metadata, spec }: JsonObject, at: Path): Errors {
  const { labels, annotations, ...others } = (metadata ?? {}) as Partial<ObjectMeta> & JsonObject
  const place = at.child('metadata')
  return [
    ...validateAnnotations(annotations, place.child('annotations')),
    ...validateLabels(labels, place.child('labels')),
    ...Object.keys(others).flatMap((field) => notAllowed(place.child(field), 'cannot be set')),
    ...validateClaimSpec((spec ?? {}) as ClaimSpec, at.child('spec')),
  ]
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
