// What of a Pod may change once it is stored: images, deadlines, more tolerations, gates that are taken away.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (ValidatePodUpdate), pkg/registry/core/pod/strategy.go

import type { FieldError } from '../../fieldErrors'
import { without } from '../../without'
import { equalJson } from '../../equal'
import { NONE, notAllowed, Path, wrong, type Errors } from '../../validation/rules'
import { validatePodSpec } from './validation'
import type { Container, Pod, PodSpec } from './types'

const IMMUTABLE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

export function validatePodUpdate(pod: Pod, old: Pod): readonly FieldError[] {
  const at = Path.root('spec')
  if (pod.spec === old.spec || equalJson(pod.spec, old.spec)) return NONE
  const errors: Errors = [
    ...validatePodSpec(pod.spec, at),
    ...deadline(pod.spec, old.spec, at.child('activeDeadlineSeconds')),
    ...newGates(pod.spec, old.spec, at.child('schedulingGates')),
    ...(isGated(old.spec) ? nodeSelector(pod.spec, old.spec, at.child('nodeSelector')) : NONE),
  ]
  if (pod.spec.containers?.length !== old.spec.containers.length)
    return [...errors, ...notAllowed(at.child('containers'), 'pod updates may not add or remove containers')]
  const kept = withOldOf(pod.spec, old.spec)
  return equalJson(kept, old.spec) ? errors : [...errors, ...notAllowed(at, `${IMMUTABLE}\n${diff(old.spec, kept)}`)]
}

/** Raised by a change of images, deadline, gates; on the first delete too (that is the registry's). */
export function podGeneration(pod: Pod, old: Pod): number {
  const now = old.metadata.generation ?? 1
  return equalJson(pod.spec, old.spec) ? now : now + 1
}

const isGated = (old: PodSpec) => (old.schedulingGates?.length ?? 0) > 0

function newGates({ schedulingGates = [] }: PodSpec, old: PodSpec, at: Path): Errors {
  return schedulingGates.flatMap(({ name }, i) =>
    old.schedulingGates?.some((o) => o.name === name)
      ? NONE
      : notAllowed(at.index(i).child('name'), `only deletion is allowed, but found new scheduling gate '${name}'`),
  )
}

/** While it waits behind its gates, a Pod may still be narrowed to fewer nodes. */
function nodeSelector({ nodeSelector: now = {} }: PodSpec, old: PodSpec, at: Path): Errors {
  const kept = Object.entries(old.nodeSelector ?? {}).every(([key, value]) => now[key] === value)
  return kept ? NONE : wrong(at, now, 'only additions to spec.nodeSelector are allowed (no mutations or deletions)')
}

function deadline(spec: PodSpec, old: PodSpec, at: Path): Errors {
  const [now, before] = [spec.activeDeadlineSeconds, old.activeDeadlineSeconds]
  if (now === before) return NONE
  if (now === undefined) return wrong(at, null, 'must not update from a positive integer to nil value')
  if (now < 0 || now > 2147483647) return wrong(at, now, 'must be between 0 and 2147483647, inclusive')
  return before !== undefined && now > before ? wrong(at, now, 'must be less than or equal to previous value') : NONE
}

/** The new spec with all that may change put back to what it was. */
function withOldOf(spec: PodSpec, old: PodSpec): PodSpec {
  const back = (list: readonly Container[] | undefined, before: readonly Container[] | undefined) =>
    list?.map((c, i) => (before?.[i] ? { ...c, image: before[i].image } : c))
  const fixed = without(without(spec, 'activeDeadlineSeconds'), 'schedulingGates')
  const rest = isGated(old) ? without(fixed, 'nodeSelector') : fixed
  const more =
    (spec.tolerations?.length ?? 0) >= (old.tolerations?.length ?? 0) &&
    (old.tolerations ?? []).every((t) =>
      spec.tolerations!.some((n) => n.key === t.key && n.effect === t.effect && n.operator === t.operator && n.value === t.value),
    )
  return {
    ...rest,
    ...(old.activeDeadlineSeconds === undefined ? {} : { activeDeadlineSeconds: old.activeDeadlineSeconds }),
    ...(spec.containers ? { containers: back(spec.containers, old.containers)! } : {}),
    ...(spec.initContainers ? { initContainers: back(spec.initContainers, old.initContainers) } : {}),
    ...(more ? { tolerations: old.tolerations } : {}),
    ...(old.schedulingGates ? { schedulingGates: old.schedulingGates } : {}),
    ...(isGated(old) && old.nodeSelector ? { nodeSelector: old.nodeSelector } : {}),
    ...(spec.terminationGracePeriodSeconds === 1 && (old.terminationGracePeriodSeconds ?? 0) < 0
      ? { terminationGracePeriodSeconds: old.terminationGracePeriodSeconds }
      : {}),
  }
}

/** Lines that differ; upstream prints a unified diff of its internal Go structs, which have other field names. */
function diff(before: PodSpec, after: PodSpec): string {
  const a = JSON.stringify(before, null, 1).split('\n')
  const b = JSON.stringify(after, null, 1).split('\n')
  const [inA, inB] = [new Set(a), new Set(b)]
  return ['@@ -1 +1 @@', ...a.filter((l) => !inB.has(l)).map((l) => `-${l}`), ...b.filter((l) => !inA.has(l)).map((l) => `+${l}`)].join(
    '\n',
  )
}
