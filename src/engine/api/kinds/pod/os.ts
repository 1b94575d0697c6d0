// What a Pod that names its operating system may not ask for: the other system's settings.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (validateOS, validateLinux, validateWindows)

import type { JsonObject } from '../../object'
import { missing, NONE, notAllowed, unsupported, type Errors, type Path } from '../../validation/rules'
import { containersOf } from './containersOf'
import type { PodSpec } from './types'

/** In the order that upstream looks. */
const CONTEXT_FIELDS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'seLinuxChangePolicy',
]
const CONTAINER_FIELDS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
]

export function validateOs(spec: PodSpec, at: Path): Errors {
  const { os } = spec
  if (!os) return NONE
  switch (os.name) {
    case 'windows':
      return windows(spec, at)
    case 'linux':
      return linux(spec, at)
    default:
      return os.name ? unsupported(at.child('os'), os.name, ['linux', 'windows']) : missing(at.child('os', 'name'))
  }
}

function windows(spec: PodSpec, at: Path): Errors {
  const { hostUsers, hostPID, hostIPC, shareProcessNamespace } = spec
  return [
    ...set(spec.securityContext, CONTEXT_FIELDS, at.child('securityContext')),
    // A host namespace that is false asks for nothing; the others are pointers in Go.
    ...set({ hostUsers, hostPID: hostPID || undefined, hostIPC: hostIPC || undefined, shareProcessNamespace }, POD_FIELDS, at),
    ...containersOf(spec, at).flatMap(([c, place]) => set(c.securityContext, CONTAINER_FIELDS, place.child('securityContext'))),
  ]
}

const POD_FIELDS = ['hostUsers', 'hostPID', 'hostIPC', 'shareProcessNamespace']

function set(object: JsonObject | undefined, fields: readonly string[], at: Path): Errors {
  return fields.flatMap((field) => (object?.[field] === undefined ? NONE : notAllowed(at.child(field), 'cannot be set for a windows pod')))
}

function linux(spec: PodSpec, at: Path): Errors {
  const options = (context: JsonObject | undefined, place: Path) =>
    context?.windowsOptions
      ? notAllowed(place.child('securityContext', 'windowsOptions'), 'windows options cannot be set for a linux pod')
      : NONE
  return [...options(spec.securityContext, at), ...containersOf(spec, at).flatMap(([c, place]) => options(c.securityContext, place))]
}
