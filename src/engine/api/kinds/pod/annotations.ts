// Annotations of a Pod that mean something to the server: a mirror's, the cost of a deletion, profiles.
// Leaves out: tolerations that stand in an annotation.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (ValidatePodSpecificAnnotations, ValidatePodSpecificAnnotationUpdates)

import { isAppArmorKey, validateProfileAnnotations, type Annotations } from './profiles'
import { MIRROR } from './mirror'
import { NONE, notAllowed, type Path, wrong, type Errors } from '../../validation/rules'
import type { PodSpec } from './types'

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost'

/** `former`: what an update finds; a cost that was no number then may stay none. */
export function validatePodAnnotations(annotations: Annotations | undefined, spec: PodSpec, at: Path, former: Annotations = {}): Errors {
  if (!annotations) return NONE
  return [
    ...(MIRROR in annotations && !spec.nodeName
      ? wrong(at.key(MIRROR), annotations[MIRROR], 'must set spec.nodeName if mirror pod annotation is set')
      : NONE),
    ...(isCost(annotations[DELETION_COST]) || !isCost(former[DELETION_COST])
      ? NONE
      : wrong(at.key(DELETION_COST), annotations[DELETION_COST], 'must be a 32bit integer')),
    ...validateProfileAnnotations(annotations, spec, at),
  ]
}

/** As Go's ParseInt reads it, but without a plus and without leading zeros. */
function isCost(text: string | undefined): boolean {
  if (text === undefined) return true
  const value = Number(text)
  return /^(-\d+|0|[1-9]\d*)$/.test(text) && value >= -(2 ** 31) && value < 2 ** 31
}

/** Of a Pod that is stored, mirrors and profiles are what they are. */
export function validateAnnotationUpdate(now: Annotations = {}, old: Annotations = {}, spec: PodSpec, at: Path): Errors {
  const fixed = (how: string, key: string) =>
    isAppArmorKey(key)
      ? notAllowed(at.key(key), `may not ${how} AppArmor annotations`)
      : key === MIRROR
        ? notAllowed(at.key(key), `may not ${how} mirror pod annotation`)
        : NONE
  return [
    ...Object.keys(old).flatMap((key) => (now[key] === old[key] ? NONE : fixed('remove or update', key))),
    ...Object.keys(now).flatMap((key) => (key in old ? NONE : fixed('add', key))),
    ...validatePodAnnotations(now, spec, at, old),
  ]
}
