// What a patch has made of an object, before it is an object of the kind again: the kinds of patches differ in how that is read and shown.
// Upstream: apiserver pkg/endpoints/handlers/patch.go (patchMechanism)

import { failure } from '../../api/errors/status'
import type { Decoded } from '../../api/serializer/decode'
import type { Unreadable } from '../body/readBody'

export interface PatchedResult {
  /** Why it is no longer of the kind and version that the path takes. */
  readonly wrongType?: Unreadable | null
  decode(): Decoded
  /** Once more, with its fields in the order in which Go meets them: of several mistakes it tells of the first. */
  decodeInOrder?(): Decoded
  /** As the error of a patch that cannot be applied shows it. */
  shown(): string
}

/** What is answered to operations that fail, and to lists that cannot be merged: it does not say why. */
export const REJECTED = failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {})
