// What a Pod that names its operating system may not ask for: the other system's settings.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (validateLinux, validateWindows)

import type { JsonObject } from '../../object'
import { NONE, notAllowed, type Errors, type Path } from '../../validation/rules'
import type { PodSpec } from './types'

/** In the order that upstream looks. The first three stand beside the security context. */
const POD_FIELDS = ['hostPID', 'hostIPC', 'hostNetwork'] as const
const CONTEXT_FIELDS = [
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'shareProcessNamespace',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
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
const CONTAINERS = ['initContainers', 'containers', 'ephemeralContainers'] as const

export function validateOs(spec: PodSpec, at: Path): Errors {
  const name = (spec.os as JsonObject | undefined)?.name
  return name === 'windows' ? windows(spec, at) : name === 'linux' ? linux(spec, at) : NONE
}

function windows(spec: PodSpec, at: Path): Errors {
  const context = at.child('securityContext')
  return [
    ...set(spec.securityContext, ['appArmorProfile', 'seLinuxOptions'], context),
    ...set(spec, POD_FIELDS, at),
    ...set({ ...spec.securityContext, shareProcessNamespace: spec.shareProcessNamespace ?? false }, CONTEXT_FIELDS, context),
    ...CONTAINERS.flatMap((list) =>
      (spec[list] ?? []).flatMap((c, i) => set(c.securityContext, CONTAINER_FIELDS, at.child(list).index(i).child('securityContext'))),
    ),
  ]
}

/** A host namespace that is false, or an empty list, asks for nothing; a false of a container's security context does. */
function set(object: JsonObject | undefined, fields: readonly string[], at: Path): Errors {
  const nothing = fields === CONTAINER_FIELDS ? [undefined] : [undefined, false]
  return fields.flatMap((field) => {
    const value = object?.[field]
    const empty = Array.isArray(value) && value.length === 0
    return empty || nothing.includes(value as undefined) ? NONE : notAllowed(at.child(field), 'cannot be set for a windows pod')
  })
}

function linux(spec: PodSpec, at: Path): Errors {
  const options = (context: JsonObject | undefined, place: Path) =>
    context?.windowsOptions
      ? notAllowed(place.child('securityContext', 'windowsOptions'), 'windows options cannot be set for a linux pod')
      : NONE
  return [
    ...options(spec.securityContext, at),
    ...CONTAINERS.flatMap((list) => (spec[list] ?? []).flatMap((c, i) => options(c.securityContext, at.child(list).index(i)))),
  ]
}
