// Where a container mounts the volumes of its Pod, as files or as raw devices.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (ValidateVolumeMounts, ValidateVolumeDevices)

import type { JsonObject } from '../../object'
import { missing, NONE, notAllowed, notThere, oneOf, seenBefore, unsupported, wrong, type Errors, type Path } from '../../validation/rules'
import { relativePath, withoutBacksteps } from './paths'
import type { Container, Volume, VolumeMount } from './types'

interface Device extends JsonObject {
  readonly name?: string
  readonly devicePath?: string
}
type Volumes = ReadonlyMap<string, Volume>

const devicesOf = (c: Container) => (c.volumeDevices ?? []) as readonly Device[]

/** Upstream names the list, not the item, in what it says of sub-paths and propagation. */
export function validateMounts(c: Container, at: Path, volumes: Volumes): Errors {
  const devices = devicesOf(c)
  const again = seenBefore()
  return (c.volumeMounts ?? []).flatMap((mount, i) => {
    const { name = '', mountPath = '' } = mount
    const { subPath = '', subPathExpr = '' } = mount as { subPath?: string; subPathExpr?: string }
    const place = at.index(i)
    return [
      ...(name ? NONE : missing(place.child('name'))),
      ...(volumes.has(name) ? NONE : notThere(place.child('name'), name)),
      ...(mountPath ? NONE : missing(place.child('mountPath'))),
      ...(again(mountPath) ? wrong(place.child('mountPath'), mountPath, 'must be unique') : NONE),
      ...(devices.some((d) => d.name === name) ? wrong(place.child('name'), name, 'must not already exist in volumeDevices') : NONE),
      ...(devices.some((d) => d.devicePath === mountPath)
        ? wrong(place.child('mountPath'), mountPath, 'must not already exist as a path in volumeDevices')
        : NONE),
      ...(subPath ? relativePath(subPath, at.child('subPath')) : NONE),
      ...(subPathExpr && subPath ? wrong(place.child('subPathExpr'), subPathExpr, 'subPathExpr and subPath are mutually exclusive') : NONE),
      ...(subPathExpr ? relativePath(subPathExpr, at.child('subPathExpr')) : NONE),
      ...propagation(mount, c, at.child('mountPropagation')),
      ...recursiveReadOnly(mount, at.child('recursiveReadOnly')),
    ]
  })
}

function propagation({ mountPropagation }: VolumeMount, { securityContext }: Container, at: Path): Errors {
  return [
    ...oneOf(mountPropagation as string | undefined, ['Bidirectional', 'HostToContainer', 'None'], at),
    ...(mountPropagation === 'Bidirectional' && securityContext?.privileged !== true
      ? notAllowed(at, 'Bidirectional mount propagation is available only to privileged containers')
      : NONE),
  ]
}

function recursiveReadOnly({ recursiveReadOnly: how, readOnly, mountPropagation }: VolumeMount, at: Path): Errors {
  if (how === undefined || how === 'Disabled') return NONE
  if (how !== 'Enabled' && how !== 'IfPossible') return unsupported(at, how, ['Disabled', 'Enabled', 'IfPossible'])
  return [
    ...(readOnly ? NONE : notAllowed(at, 'may only be specified when readOnly is true')),
    ...(mountPropagation !== undefined && mountPropagation !== 'None'
      ? notAllowed(at, 'may only be specified when mountPropagation is None or not specified')
      : NONE),
  ]
}

/** Raw block devices, which only claims can be. */
export function validateDevices(c: Container, at: Path, volumes: Volumes): Errors {
  const mounts = c.volumeMounts ?? []
  const names = new Set<string>()
  const paths = new Set<string>()
  return devicesOf(c).flatMap(({ name = '', devicePath = '' }, i) => {
    const place = at.index(i)
    const [namePath, pathPath] = [place.child('name'), place.child('devicePath')]
    const volume = volumes.get(name)
    const stepsBack = devicePath !== '' && withoutBacksteps(devicePath, at).length > 0
    const errors = [
      ...(name ? NONE : missing(namePath)),
      ...(names.has(name) ? wrong(namePath, name, 'must be unique') : NONE),
      ...(volume && !volume.persistentVolumeClaim && !volume.ephemeral
        ? wrong(namePath, name, 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode')
        : NONE),
      ...(volume ? NONE : notThere(namePath, name)),
      ...(devicePath ? NONE : missing(pathPath)),
      ...(paths.has(devicePath) ? wrong(pathPath, devicePath, 'must be unique') : NONE),
      ...(stepsBack ? wrong(pathPath, devicePath, "can not contain backsteps ('..')") : NONE),
      ...(mounts.some((m) => m.name === name) ? wrong(namePath, name, 'must not already exist in volumeMounts') : NONE),
      ...(mounts.some((m) => m.mountPath === devicePath)
        ? wrong(pathPath, devicePath, 'must not already exist as a path in volumeMounts')
        : NONE),
    ]
    if (!stepsBack) paths.add(devicePath)
    if (name) names.add(name)
    return errors
  })
}
