// What of a Pod may change once it is stored: images, deadlines, more tolerations, gates that are taken away.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (ValidatePodUpdate), pkg/registry/core/pod/strategy.go

import type { FieldError } from '../../errors/fieldErrors'
import { without } from '../../../base/without'
import { equalJson } from '../../../base/equal'
import { sortedJson } from '../../go/goValue'
import { structDiff } from '../../validation/structDiff'
import type { JsonObject } from '../../object'
import { each, NONE, notAllowed, Path, wrong, type Errors } from '../../validation/rules'
import { validateAnnotationUpdate, validatePodAnnotations } from './annotations'
import { validateStoredPod, validateToleration } from './validation'
import type { Container, NodeAffinity, Pod, PodSpec, Toleration } from './types'

const IMMUTABLE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

export function validatePodUpdate(pod: Pod, old: Pod): readonly FieldError[] {
  const at = Path.root('spec')
  const place = Path.root('metadata').child('annotations')
  const [now, before] = [pod.metadata.annotations, old.metadata.annotations]
  const annotated = now === before ? NONE : validateAnnotationUpdate(now, before, pod.spec, place)
  if (pod.spec === old.spec || equalJson(pod.spec, old.spec))
    return annotated.length === 0 ? NONE : [...validatePodAnnotations(now, pod.spec, place, before), ...annotated]
  const own = [...validateStoredPod(pod, old), ...annotated]
  for (const list of ['containers', 'initContainers'] as const)
    if ((pod.spec[list]?.length ?? 0) !== (old.spec[list]?.length ?? 0))
      return [...own, ...notAllowed(at.child(list), 'pod updates may not add or remove containers')]
  const wrongDeadline = deadline(pod.spec, old.spec, at.child('activeDeadlineSeconds'))
  if (wrongDeadline.length > 0 && pod.spec.activeDeadlineSeconds !== undefined) return [...own, ...wrongDeadline]
  const errors: Errors = [
    ...own,
    ...wrongDeadline,
    ...tolerations(pod.spec, old.spec, at.child('tolerations')),
    ...newGates(pod.spec, old.spec, at.child('schedulingGates')),
    ...(isGated(old.spec) ? narrowed(pod.spec, old.spec, at) : NONE),
  ]
  const kept = withOldOf(pod.spec, old.spec)
  return equalJson(kept, old.spec) ? errors : [...errors, ...notAllowed(at, `${IMMUTABLE}\n${structDiff(old.spec, kept)}`)]
}

/** Raised by a change of images, deadline, gates; on the first delete too (that is the registry's). */
export function podGeneration(pod: Pod, old: Pod): number {
  const now = old.metadata.generation ?? 1
  return equalJson(pod.spec, old.spec) ? now : now + 1
}

const isGated = (old: PodSpec) => (old.schedulingGates?.length ?? 0) > 0

function newGates({ schedulingGates = [] }: PodSpec, old: PodSpec, at: Path): Errors {
  const known = new Set(old.schedulingGates?.map(({ name }) => name))
  return schedulingGates.flatMap(({ name }, i) =>
    known.has(name) ? NONE : notAllowed(at.index(i).child('name'), `only deletion is allowed, but found new scheduling gate '${name}'`),
  )
}

/** What a Pod tolerates it goes on tolerating, though perhaps for another time. */
function tolerations({ tolerations: now = [] }: PodSpec, old: PodSpec, at: Path): Errors {
  const tolerated = new Set(now.map(untimed))
  const kept = (old.tolerations ?? []).every((t) => tolerated.has(untimed(t)))
  return kept ? each(now, at, validateToleration) : notAllowed(at, 'existing toleration can not be modified except its tolerationSeconds')
}

const untimed = (t: Toleration) => sortedJson(without(t, 'tolerationSeconds'))

/** While it waits behind its gates, a Pod may still be narrowed to fewer nodes. */
function narrowed(spec: PodSpec, old: PodSpec, at: Path): Errors {
  const now = spec.nodeSelector ?? {}
  const kept = Object.entries(old.nodeSelector ?? {}).every(([key, value]) => now[key] === value)
  return [
    ...(kept
      ? NONE
      : wrong(
          at.child('nodeSelector'),
          spec.nodeSelector ?? null,
          'only additions to spec.nodeSelector are allowed (no mutations or deletions)',
        )),
    ...narrowedAffinity(spec.affinity?.nodeAffinity, old.affinity?.nodeAffinity, at),
  ]
}

const HARD = 'requiredDuringSchedulingIgnoredDuringExecution'

/** Terms are alternatives: none may come or go, but each may ask for more. */
function narrowedAffinity(now: NodeAffinity | undefined, old: NodeAffinity | undefined, spec: Path): Errors {
  const at = spec.child('affinity', 'nodeAffinity', HARD)
  const before = old?.[HARD]?.nodeSelectorTerms
  if (!before) return NONE
  const after = now?.[HARD]?.nodeSelectorTerms ?? []
  const terms = at.child('nodeSelectorTerms')
  if (after.length !== before.length) return wrong(terms, after, 'no additions/deletions to non-empty NodeSelectorTerms list are allowed')
  return after.flatMap((term, i) => {
    const kept = (['matchExpressions', 'matchFields'] as const).every((list) =>
      (before[i]![list] ?? []).every((requirement, k) => equalJson(requirement, term[list]?.[k])),
    )
    const bare = !before[i]!.matchExpressions?.length && !before[i]!.matchFields?.length
    return kept && !(bare && !equalJson(term, before[i]))
      ? NONE
      : wrong(terms.index(i), term, 'only additions are allowed (no mutations or deletions)')
  })
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
  const fixed = without(spec, 'activeDeadlineSeconds', 'schedulingGates', 'tolerations', 'affinity') as PodSpec
  const rest = isGated(old) ? without(fixed, 'nodeSelector') : fixed
  const affinity = isGated(old) ? withNodeAffinityOf(spec.affinity, old.affinity) : spec.affinity
  return {
    ...rest,
    ...(old.activeDeadlineSeconds === undefined ? {} : { activeDeadlineSeconds: old.activeDeadlineSeconds }),
    ...(spec.containers ? { containers: back(spec.containers, old.containers)! } : {}),
    ...(spec.initContainers ? { initContainers: back(spec.initContainers, old.initContainers) } : {}),
    ...(old.tolerations ? { tolerations: old.tolerations } : {}),
    ...(affinity ? { affinity } : {}),
    ...(old.schedulingGates ? { schedulingGates: old.schedulingGates } : {}),
    ...(isGated(old) && old.nodeSelector ? { nodeSelector: old.nodeSelector } : {}),
    ...(spec.terminationGracePeriodSeconds === 1 && (old.terminationGracePeriodSeconds ?? 0) < 0
      ? { terminationGracePeriodSeconds: old.terminationGracePeriodSeconds }
      : {}),
  }
}

/** An affinity with the node's part of another one. */
export function withNodeAffinityOf(affinity: JsonObject | undefined, other: JsonObject | undefined): JsonObject | undefined {
  const rest = affinity ? without(affinity, 'nodeAffinity') : {}
  const { nodeAffinity } = other ?? {}
  const joined = nodeAffinity === undefined ? rest : { ...rest, nodeAffinity }
  return Object.keys(joined).length === 0 ? other : joined
}
