// Kinds whose status is written through a door of its own: the main door leaves status as it is, the status door everything else.
// Upstream: kubernetes pkg/registry/*/*/strategy.go

import type { Kind, Subresource } from '../kind'

/** The main door of a kind with a status: a client's status is dropped on create and kept as stored on update. */
export const keepsStatus = {
  prepareForCreate: (object) => ({ ...object, status: {} }),
  prepareForUpdate: (object, old) => ({ ...object, status: old.status }),
} satisfies Partial<Kind>

/** `…/status`: writes status and metadata, never the spec. */
export const statusDoor: Subresource = {
  verbs: ['get', 'patch', 'update'],
  prepareForUpdate: (object, old) => ({ ...object, spec: old.spec }),
}
