// Kinds whose status is written through `…/status`: the resource itself leaves status as it is, its subresource everything else.
// Upstream: kubernetes pkg/registry/*/*/strategy.go

import type { Kind, Subresource } from '../kind'
import type { ApiObject, ObjectMeta } from '../object'
import { ALL_BUT_STATUS } from '../managedfields/resetFields'
import { withFields, without } from '../../base/without'

/** The resource itself, of a kind with a status: a client's status is dropped on create and kept as stored on update. */
export const keepsStatus = {
  prepareForCreate: (object) => ({ ...object, status: {} }),
  prepareForUpdate: (object, old) => ({ ...object, status: old.status }),
} satisfies Partial<Kind>

/** `…/status`: writes status and metadata, never the spec. */
export const statusSubresource: Subresource = {
  verbs: ['get', 'patch', 'update'],
  prepareForUpdate: (object, old) => ({ ...object, spec: old.spec }),
}

/** `…/status` of a kind whose metadata cannot be written through it, either. */
export const statusOnlySubresource: Subresource = { ...statusSubresource, resets: ALL_BUT_STATUS, prepareForUpdate: statusAlone }

const RESET = ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const

/** Upstream: metav1.ResetObjectMetaForStatus. */
function statusAlone(object: ApiObject, old: ApiObject): ApiObject {
  const kept = Object.fromEntries(RESET.flatMap((field) => (old.metadata[field] === undefined ? [] : [[field, old.metadata[field]]])))
  return { ...object, metadata: withFields(without(object.metadata, ...RESET), kept) as ObjectMeta, spec: old.spec }
}
