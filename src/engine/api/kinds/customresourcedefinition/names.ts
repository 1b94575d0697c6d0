// Whether a definition may have the names that it asks for, and what its conditions say of that.
// Upstream: apiextensions-apiserver pkg/controller/status/naming_controller.go, pkg/apihelpers/helpers.go

import { aggregated } from '../../errors/aggregated'
import { equalJson } from '../../../base/equal'
import { goQuote } from '../../go/goQuote'
import type { Json } from '../../object'
import { crdCondition, type CrdCondition, type CrdNames, type CustomResourceDefinition } from './types'

export const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io'

interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
}

/** The definition with this condition; its time moves only when its status does. */
export function withCrdCondition(definition: CustomResourceDefinition, now: string, condition: Condition): CustomResourceDefinition {
  const conditions = definition.status.conditions ?? []
  const before = crdCondition(definition, condition.type)
  const since = before?.status === condition.status ? before.lastTransitionTime : now
  const made: CrdCondition = { ...condition, lastTransitionTime: since ?? now }
  return {
    ...definition,
    status: { ...definition.status, conditions: before ? conditions.map((c) => (c === before ? made : c)) : [...conditions, made] },
  }
}

/** The definition with the names that it gets; the same one where nothing is to be said. `others` are those of its group. */
export function namesOf(
  definition: CustomResourceDefinition,
  others: readonly CustomResourceDefinition[],
  now: string,
): CustomResourceDefinition {
  const { names: asked = {} } = definition.spec
  const { acceptedNames: had = {} } = definition.status
  if (equalJson(asked, had)) return definition
  const resources = new Set<string>()
  const kinds = new Set<string>()
  for (const { status } of others) {
    const { plural = '', singular = '', kind = '', listKind = '', shortNames = [] } = status.acceptedNames ?? {}
    for (const name of [plural, singular, ...shortNames]) resources.add(name)
    for (const name of [kind, listKind]) kinds.add(name)
  }
  const taken = (name: string, used: ReadonlySet<string>) => (used.has(name) ? `${goQuote(name)} is already in use` : null)
  let refusal: { readonly reason: string; readonly message: string } | null = null
  const got: Record<string, Json | undefined> = { ...had }
  for (const field of ['plural', 'singular', 'shortNames', 'kind', 'listKind'] as const) {
    const message =
      field === 'shortNames'
        ? conflictOf(asked, had, (name) => taken(name, resources))
        : asked[field] === had[field]
          ? null
          : taken(asked[field] ?? '', field === 'kind' || field === 'listKind' ? kinds : resources)
    if (message === null) got[field] = asked[field]
    else refusal = { reason: `${field[0]!.toUpperCase()}${field.slice(1)}Conflict`, message }
  }
  got.categories = asked.categories
  const accepted = { ...definition, status: { ...definition.status, acceptedNames: got as CrdNames } }
  const named = withCrdCondition(accepted, now, {
    type: 'NamesAccepted',
    status: refusal ? 'False' : 'True',
    reason: refusal?.reason ?? 'NoConflicts',
    message: refusal?.message ?? 'no conflicts found',
  })
  const before = crdCondition(definition, 'Established')
  if (before?.status === 'True') return named
  const installing = { type: 'Established', status: 'False', reason: 'Installing', message: 'the initial names have been accepted' }
  const waiting = { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' }
  return withCrdCondition(named, now, refusal ? (before ?? waiting) : installing)
}

function conflictOf(asked: CrdNames, had: CrdNames, taken: (name: string) => string | null): string | null {
  const own = new Set(had.shortNames ?? [])
  const problems = (asked.shortNames ?? []).flatMap((name) => (own.has(name) ? [] : (taken(name) ?? [])))
  return problems.length === 0 ? null : aggregated(problems)
}
