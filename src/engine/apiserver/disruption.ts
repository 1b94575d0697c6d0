// Whether a Pod may be evicted: the disruption budgets that select it, and what one of them has left.
// Upstream: kubernetes pkg/registry/core/pod/storage/eviction.go

import { goJson } from '../base/json'
import type { Pod } from '../api/kinds/pod/types'
import { groupVersion, type ApiObject, type Json, type JsonObject } from '../api/object'
import { labelSelectorOf, matchesLabels } from '../api/selectors/labelSelector'
import { failure, forbidden, goError, type Status } from '../api/errors/status'
import type { Facts } from '../base/why'
import { withOwnStatus } from './ownership'
import { refusal, type Refusal } from './refusal'
import type { ServerState } from './serverState'

interface Budget extends ApiObject {
  readonly spec: { readonly selector?: JsonObject; readonly unhealthyPodEvictionPolicy?: string } & JsonObject
  readonly status: {
    readonly disruptionsAllowed: number
    readonly currentHealthy: number
    readonly desiredHealthy: number
    readonly observedGeneration?: number | bigint
    readonly disruptedPods?: Readonly<Record<string, string>>
    readonly conditions?: readonly JsonObject[]
  } & JsonObject
}

const VIOLATES = "Cannot evict pod as it would violate the pod's disruption budget."

/** `budget`: the one that this eviction spends from, null for none; else what refuses it. */
export function budgetFor(pod: Pod, server: ServerState): { readonly budget: ApiObject | null } | { readonly refusal: Refusal } {
  const { phase, conditions = [] } = pod.status
  if (phase !== 'Running' || pod.metadata.deletionTimestamp) return { budget: null }
  const found = server.cache('poddisruptionbudgets').list(`/registry/poddisruptionbudgets/${pod.metadata.namespace}/`) as Budget[]
  const all = found.filter((b) => matchesLabels(labelSelectorOf(b.spec.selector) ?? NOTHING, pod.metadata.labels ?? {}))
  const [budget, other] = all
  if (!budget) return { budget: null }
  if (other)
    return {
      refusal: refusal(
        goError('This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.'),
        'manyBudgets',
        ...all.map(factsOf),
      ),
    }
  const { status, spec } = budget
  const ready = conditions.some((c) => c.type === 'Ready' && c.status === 'True')
  const healthy = status.currentHealthy >= status.desiredHealthy && status.desiredHealthy > 0
  if (!ready && (spec.unhealthyPodEvictionPolicy === 'AlwaysAllow' || healthy)) return { budget: null }
  const exhausted = refusedBy(budget)
  return exhausted ? { refusal: refusal(exhausted, 'budget', factsOf(budget)) } : { budget }
}

/** Matches no Pod: a budget without a selector. */
const NOTHING = [{ key: '', operator: 'exists' as const, values: [] }]

function factsOf({ metadata, spec, status }: Budget): Facts {
  const { minAvailable, maxUnavailable } = spec
  const bound = minAvailable === undefined ? `maxUnavailable: ${shown(maxUnavailable)}` : `minAvailable: ${shown(minAvailable)}`
  return {
    budget: `${metadata.namespace ?? ''}/${metadata.name ?? ''}`,
    limit: bound,
    selector: JSON.stringify(spec.selector ?? null),
    healthy: `${status.currentHealthy} / ${shown(status.expectedPods)}`,
    desired: String(status.desiredHealthy),
    disruptions: String(status.disruptionsAllowed),
  }
}

const shown = (value: Json | undefined) => (typeof value === 'string' ? value : goJson(value ?? null))

function refusedBy({ metadata, status }: Budget): Status | null {
  const { name = '' } = metadata
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0))
    return tooMany(`The disruption budget ${name} is still being processed by the server.`, 10)
  if (status.disruptionsAllowed < 0) return closed(name, 'pdb disruptions allowed is negative', 'pdb disruptions allowed is negative')
  if (Object.keys(status.disruptedPods ?? {}).length > MOST_DISRUPTED)
    return closed(
      name,
      'DisruptedPods map too big - too many evictions not confirmed by PDB controller',
      'too many pending evictions not confirmed by PDB controller',
    )
  if (status.disruptionsAllowed > 0) return null
  const said = status.conditions?.find((c) => c.type === 'DisruptionAllowed' && c.status === 'False' && c.message)
  const denies = `The disruption budget ${name} does not allow evicting pods currently`
  if (said?.reason === 'SyncFailed') return tooMany(`${denies} because it failed sync: ${String(said.message)}`)
  if (status.currentHealthy <= status.desiredHealthy)
    return tooMany(`The disruption budget ${name} needs ${status.desiredHealthy} healthy pods and has ${status.currentHealthy} currently`)
  return tooMany(said ? `${denies} (${String(said.reason)}): ${String(said.message)}` : denies)
}

const MOST_DISRUPTED = 2000

function closed(name: string, error: string, why: string): Status {
  const { details, ...status } = forbidden({ group: 'policy', resource: 'poddisruptionbudget' }, name, error)
  const message = `The disruption budget ${name} does not allow evicting pods currently: ${why}`
  return { ...status, details: { ...details, causes: [{ reason: 'DisruptionBudget', message }] } }
}

function tooMany(message: string, retryAfterSeconds?: number): Status {
  return failure(429, 'TooManyRequests', VIOLATES, {
    causes: [{ reason: 'DisruptionBudget', message }],
    ...(retryAfterSeconds ? { retryAfterSeconds } : {}),
  })
}

/** The budget with one disruption spent on this Pod. */
export function spent(budget: ApiObject, pod: Pod, server: ServerState): ApiObject {
  const { status } = budget as Budget
  const left = status.disruptionsAllowed - 1
  const condition = {
    type: 'DisruptionAllowed',
    status: 'False',
    observedGeneration: budget.metadata.generation,
    lastTransitionTime: server.nowText,
    reason: 'InsufficientPods',
    message: '',
  }
  const after = {
    ...budget,
    apiVersion: groupVersion('policy', 'v1'),
    status: {
      ...status,
      disruptionsAllowed: left,
      disruptedPods: { ...status.disruptedPods, [pod.metadata.name ?? '']: server.nowText },
      ...(left === 0 ? { conditions: [...(status.conditions ?? []).filter((c) => c.type !== condition.type), condition] } : {}),
    },
  }
  return withOwnStatus('policy', 'poddisruptionbudgets', budget, after, server)
}
