// The Pod's subresources: what each may change, and those that lead on to the kubelet.
// Leaves out: exec, attach, port-forward and proxy themselves; what the kubelet makes of a resize or an ephemeral container.
// Upstream: kubernetes pkg/registry/core/pod/strategy.go, pkg/apis/core/validation (ValidatePodEphemeralContainersUpdate, ValidatePodResize)

import { equalJson } from '../../equal'
import type { Kind, Subresource } from '../../kind'
import type { ApiObject } from '../../object'
import { NONE, notAllowed, Path, type Errors } from '../../validation/rules'
import { types } from '../types'
import type { Container, Pod } from './types'
import { podGeneration } from './update'

const asPod = (object: ApiObject) => object as Pod
const options = (kind: string) => ({ group: '', version: 'v1', kind })
const STATUS_VERBS = ['get', 'patch', 'update'] as const

const status: Subresource = {
  verbs: STATUS_VERBS,
  prepareForUpdate: (object, old) => ({
    ...object,
    metadata: { ...object.metadata, deletionTimestamp: old.metadata.deletionTimestamp, ownerReferences: old.metadata.ownerReferences },
    spec: old.spec,
  }),
}

/** The old Pod with this of the new one. */
function only(object: ApiObject, old: ApiObject, spec: Partial<Pod['spec']>): ApiObject {
  const changed = { ...old, spec: { ...asPod(old).spec, ...spec } }
  const { managedFields } = object.metadata
  return {
    ...changed,
    metadata: { ...old.metadata, ...(managedFields ? { managedFields } : {}), generation: podGeneration(asPod(changed), asPod(old)) },
  }
}

const ephemeral: Subresource = {
  verbs: STATUS_VERBS,
  prepareForUpdate: (object, old) => only(object, old, { ephemeralContainers: asPod(object).spec.ephemeralContainers }),
  validateUpdate: (object, old) => keptContainers(asPod(object), asPod(old)),
}

function keptContainers({ spec }: Pod, old: Pod): Errors {
  const at = Path.root('spec').child('ephemeralContainers')
  const now = new Map((spec.ephemeralContainers ?? []).map((c) => [c.name, c]))
  return (old.spec.ephemeralContainers ?? []).flatMap((before) => {
    const after = now.get(before.name)
    if (!after) return notAllowed(at, `existing ephemeral containers ${JSON.stringify(before.name)} may not be removed\n`)
    return equalJson(after as never, before as never)
      ? NONE
      : notAllowed(at, `existing ephemeral containers ${JSON.stringify(before.name)} may not be changed\n`)
  })
}

const resize: Subresource = {
  verbs: STATUS_VERBS,
  prepareForUpdate: (object, old) => {
    const wanted = new Map((asPod(object).spec.containers ?? []).map((c) => [c.name, c]))
    const resized = (c: Container): Container => {
      const { resources, resizePolicy } = wanted.get(c.name) ?? c
      return { ...c, ...(resources ? { resources } : {}), ...(resizePolicy ? { resizePolicy } : {}) } as Container
    }
    return only(object, old, { containers: (asPod(old).spec.containers ?? []).map(resized) })
  },
}

export const podDoors: Kind['subresources'] = {
  status,
  attach: { verbs: ['create', 'get'], kind: options('PodAttachOptions'), connects: 'container' },
  binding: { verbs: ['create'], kind: options('Binding'), schema: types.struct('Binding') },
  ephemeralcontainers: ephemeral,
  eviction: { verbs: ['create'], kind: { group: 'policy', version: 'v1', kind: 'Eviction' }, schema: types.struct('Eviction') },
  exec: { verbs: ['create', 'get'], kind: options('PodExecOptions'), connects: 'container' },
  log: { verbs: ['get'] },
  portforward: { verbs: ['create', 'get'], kind: options('PodPortForwardOptions'), connects: 'pod' },
  proxy: { verbs: ['create', 'delete', 'get', 'patch', 'update'], kind: options('PodProxyOptions'), connects: 'pod' },
  resize,
}
