// The media types of patches, and which kinds take which.
// Upstream: apiserver pkg/endpoints/handlers/patch.go (PatchResource), pkg/endpoints/installer.go; apiextensions-apiserver pkg/apiserver/customresource_handler.go (servePatch)

import { failure, unsupportedMediaType } from '../../api/errors/status'
import type { Kind } from '../../api/kind'
import { unknownType } from '../body/readBody'
import { APPLY_PATCH, sentTypeOf } from '../options'
import type { Refusal } from '../refusal'
import type { RequestContext } from '../requestContext'

export const JSON_PATCH = 'application/json-patch+json'
export const MERGE_PATCH = 'application/merge-patch+json'
export const STRATEGIC_PATCH = 'application/strategic-merge-patch+json'

const ALL_PATCHES = [JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH, APPLY_PATCH]

/** No strategic merge patch: a custom resource has no Go type whose lists would say how they merge. */
const CUSTOM_PATCHES = [JSON_PATCH, MERGE_PATCH, APPLY_PATCH]

/** Why a patch of this type cannot be applied to this kind; null where it can. */
export function refusedPatchType(ctx: RequestContext, kind: Kind): Refusal | null {
  const types = kind.custom ? CUSTOM_PATCHES : ALL_PATCHES
  if (types.includes(sentTypeOf(ctx))) return null
  const supported = types.join(', ')
  const status = kind.custom ? unsupportedMediaType(supported) : failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {})
  return unknownType(ctx, status, supported)
}
