// The resource claims that a Pod names, and the containers' references to them.
// Upstream: kubernetes pkg/apis/core/validation (validatePodResourceClaim, validateResourceClaimNames)

import type { JsonObject } from '../../object'
import { dnsLabelErrors, dnsSubdomainErrors } from '../../validation/names'
import { each, missing, named, NONE, notThere, repeated, seenBefore, wrong, type Errors, type Path } from '../../validation/rules'
import type { PodSpec } from './types'

interface PodClaim extends JsonObject {
  readonly name?: string
  readonly resourceClaimName?: string
  readonly resourceClaimTemplateName?: string
}
interface ClaimReference {
  readonly name?: string
  readonly request?: string
}

const claimsOf = ({ resourceClaims }: PodSpec) => (resourceClaims ?? []) as unknown as readonly PodClaim[]

export function validatePodClaims(spec: PodSpec, at: Path): Errors {
  const again = seenBefore()
  return each(claimsOf(spec), at, (claim, place) => {
    const { name = '', resourceClaimName: one, resourceClaimTemplateName: template } = claim
    const shown = { Name: name, ResourceClaimName: one ?? null, ResourceClaimTemplateName: template ?? null }
    return [
      ...(name === ''
        ? missing(place.child('name'))
        : again(name)
          ? repeated(place.child('name'), name)
          : named(name, place.child('name'), dnsLabelErrors)),
      ...(one !== undefined && template !== undefined
        ? wrong(place, shown, 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified')
        : NONE),
      ...(one === undefined && template === undefined
        ? wrong(place, shown, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`')
        : NONE),
      ...(one === undefined ? NONE : named(one, place.child('resourceClaimName'), dnsSubdomainErrors)),
      ...(template === undefined ? NONE : named(template, place.child('resourceClaimTemplateName'), dnsSubdomainErrors)),
    ]
  })
}

/** `at` is a container's `resources.claims`. */
export function validateClaimReferences(references: readonly ClaimReference[] | undefined, spec: PodSpec, at: Path): Errors {
  if (!references?.length) return NONE
  const known = new Set(claimsOf(spec).flatMap(({ name }) => name || []))
  const says = unknown([...known].sort())
  const seen = new Set<string>()
  const seenInPart = new Set<string>()
  return references.flatMap(({ name = '', request = '' }, i) => {
    const place = at.index(i)
    if (name === '') return missing(place)
    const key = request === '' ? name : `${name}/${request}`
    const whole = seen.has(name)
    const again = whole || (request === '' ? seenInPart.has(name) : seen.has(key))
    seen.add(key)
    if (request !== '') seenInPart.add(name)
    return [
      ...(request === '' || whole ? NONE : named(request, place.child('request'), dnsLabelErrors)),
      ...(again ? repeated(place, whole || request === '' ? name : key) : NONE),
      ...(known.has(name) ? NONE : notThere(place, name).map((error) => ({ ...error, detail: says }))),
    ]
  })
}

const unknown = (known: readonly string[]) =>
  `must be one of the names in pod.spec.resourceClaims${known.length === 0 ? ' which is empty' : `: ${known.join(', ')}`}`
