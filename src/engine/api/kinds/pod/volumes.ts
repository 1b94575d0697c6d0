// Volumes of a Pod: one source each, and what that source must say.
// Leaves out: projected sources' inner rules, disks of clouds.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (ValidateVolumes, validateVolumeSource, ValidateVolumeMounts)

import type { JsonObject } from '../../object'
import { dnsLabelErrors } from '../../validation/names'
import { parseQuantity } from '../../quantity'
import {
  each,
  missing,
  named,
  NONE,
  notAllowed,
  notThere,
  oneOf,
  required,
  wrong,
  type Errors,
  type Path,
  type Validate,
} from '../../validation/rules'
import type { Volume, VolumeMount } from './types'

const HOST_PATH_TYPES = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket']
const LARGEST_MODE = 0o777

export const validateVolume: Validate<Volume> = (volume, at) => {
  const sources = Object.keys(volume).filter((k) => k !== 'name')
  const [first] = sources
  return [
    ...(volume.name ? named(volume.name, at.child('name'), dnsLabelErrors) : missing(at.child('name'))),
    ...(first ? (SOURCES[first]?.((volume[first] ?? {}) as JsonObject, at.child(first)) ?? NONE) : NONE),
    ...sources.slice(1).flatMap((source) => notAllowed(at.child(source), 'may not specify more than 1 volume type')),
  ]
}

const SOURCES: Readonly<Record<string, Validate<JsonObject>>> = {
  configMap: (source, at) => [...required(source.name, at.child('name')), ...files(source, at)],
  secret: (source, at) => [...required(source.secretName, at.child('secretName')), ...files(source, at)],
  persistentVolumeClaim: (source, at) => required(source.claimName, at.child('claimName')),
  hostPath: ({ path, type }, at) => [
    ...required(path, at.child('path')),
    ...(path ? withoutBacksteps(path as string, at.child('path')) : NONE),
    ...oneOf(type as string | undefined, HOST_PATH_TYPES, at.child('type')),
  ],
  emptyDir: ({ sizeLimit }, at) => {
    const size = sizeLimit === undefined ? null : parseQuantity(String(sizeLimit))
    return size && size.nano < 0n ? notAllowed(at.child('sizeLimit'), 'SizeLimit field must be a valid resource quantity') : NONE
  },
  nfs: ({ server, path }, at) => [
    ...required(server, at.child('server')),
    ...required(path, at.child('path')),
    ...(path && !(path as string).startsWith('/') ? wrong(at.child('path'), path, 'must be an absolute path') : NONE),
  ],
  ephemeral: ({ volumeClaimTemplate }, at) => (volumeClaimTemplate ? NONE : missing(at.child('volumeClaimTemplate'))),
}

/** The keys of a ConfigMap or Secret that become files. */
function files({ defaultMode, items }: JsonObject, at: Path): Errors {
  return [
    ...mode(defaultMode as number | undefined, at.child('defaultMode')),
    ...each(items as readonly JsonObject[] | undefined, at.child('items'), (item, place) => [
      ...required(item.key, place.child('key')),
      ...(item.path ? relative(item.path as string, place.child('path'), true) : missing(place.child('path'))),
      ...mode(item.mode as number | undefined, place.child('mode')),
    ]),
  ]
}

const mode = (value: number | undefined, at: Path): Errors =>
  value !== undefined && (value < 0 || value > LARGEST_MODE)
    ? wrong(at, value, 'must be a number between 0 and 0777 (octal), both inclusive')
    : NONE

const withoutBacksteps = (path: string, at: Path): Errors =>
  path.split('/').includes('..') ? wrong(at, path, "must not contain '..'") : NONE

/** A path within a volume. `reserved`: the volume keeps names that begin with two dots for itself. */
function relative(path: string, at: Path, reserved = false): Errors {
  return [
    ...(path.startsWith('/') ? wrong(at, path, 'must be a relative path') : NONE),
    ...withoutBacksteps(path, at),
    ...(reserved && path.startsWith('..') && !path.startsWith('../') ? wrong(at, path, "must not start with '..'") : NONE),
  ]
}

export function validateMount(mount: VolumeMount, at: Path, volumes: ReadonlySet<string>, all: readonly VolumeMount[]): Errors {
  const first = all.find((m) => m.mountPath === mount.mountPath)
  const { subPath, subPathExpr } = mount as { subPath?: string; subPathExpr?: string }
  return [
    ...(mount.name ? (volumes.has(mount.name) ? NONE : notThere(at.child('name'), mount.name)) : missing(at.child('name'))),
    ...(mount.mountPath
      ? first === mount
        ? NONE
        : wrong(at.child('mountPath'), mount.mountPath, 'must be unique')
      : missing(at.child('mountPath'))),
    ...(subPath ? relative(subPath, at.child('subPath')) : NONE),
    ...(subPathExpr && subPath ? wrong(at.child('subPathExpr'), subPathExpr, 'subPathExpr and subPath are mutually exclusive') : NONE),
    ...(subPathExpr ? relative(subPathExpr, at.child('subPathExpr')) : NONE),
    ...oneOf(mount.mountPropagation as string | undefined, ['Bidirectional', 'HostToContainer', 'None'], at.child('mountPropagation')),
  ]
}
