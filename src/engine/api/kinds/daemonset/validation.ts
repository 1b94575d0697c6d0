// What a DaemonSet must be.
// Upstream: kubernetes pkg/apis/apps/validation/validation.go (ValidateDaemonSetSpec)

import { specOf, type ApiObject, type JsonObject } from '../../object'
import { labelSelectorOf, matchesLabels } from '../../selectors/labelSelector'
import { amountOf, notOver100Percent, validateIntOrPercent, type IntOrPercent } from '../../validation/intOrPercent'
import { isEmptySelector, isSelector, validateLabelSelector } from '../../validation/labelSelector'
import { missing, NONE, nonNegative, Path, unsupported, wrong, type Errors } from '../../validation/rules'
import { validateLastingTemplate } from '../pod/template'
import type { WorkloadSpec } from '../workload'

export interface DaemonSetSpec extends WorkloadSpec {
  readonly updateStrategy?: Strategy
}

interface Strategy extends JsonObject {
  readonly type?: string
  readonly rollingUpdate?: { readonly maxSurge?: IntOrPercent; readonly maxUnavailable?: IntOrPercent }
}

export function validateDaemonSet(object: ApiObject): Errors {
  const at = Path.root('spec')
  const spec = specOf<DaemonSetSpec>(object)
  const { selector } = spec
  const labels = spec.template.metadata?.labels
  const matches = selector && (!isSelector(selector) || matchesLabels(labelSelectorOf(selector)!, labels ?? {}))
  return [
    ...validateLabelSelector(selector, at.child('selector')),
    ...(matches ? NONE : wrong(at.child('template', 'metadata', 'labels'), labels ?? null, '`selector` does not match template `labels`')),
    ...(selector && isEmptySelector(selector) ? wrong(at.child('selector'), selector, 'empty selector is invalid for daemonset') : NONE),
    ...validateLastingTemplate(spec.template, at.child('template'), 'DaemonSet'),
    ...nonNegative(spec.minReadySeconds, at.child('minReadySeconds')),
    ...validateStrategy(spec.updateStrategy ?? {}, at.child('updateStrategy')),
    ...nonNegative(spec.revisionHistoryLimit, at.child('revisionHistoryLimit')),
  ]
}

function validateStrategy({ type = '', rollingUpdate }: Strategy, at: Path): Errors {
  if (type === 'OnDelete') return NONE
  const inner = at.child('rollingUpdate')
  if (type !== 'RollingUpdate') {
    const { maxUnavailable, maxSurge } = rollingUpdate ?? {}
    const printed = rollingUpdate ? { MaxUnavailable: maxUnavailable ?? 0, MaxSurge: maxSurge ?? 0 } : null
    return unsupported(at, { Type: type, RollingUpdate: printed }, ['RollingUpdate', 'OnDelete'])
  }
  if (!rollingUpdate) return missing(inner)
  const { maxUnavailable, maxSurge } = rollingUpdate
  const [down, surge] = [amountOf(maxUnavailable) !== 0, amountOf(maxSurge) !== 0]
  return [
    ...validateIntOrPercent(maxUnavailable, inner.child('maxUnavailable')),
    ...validateIntOrPercent(maxSurge, inner.child('maxSurge')),
    ...notOver100Percent(maxUnavailable, inner.child('maxUnavailable')),
    ...notOver100Percent(maxSurge, inner.child('maxSurge')),
    ...(down && surge ? wrong(inner.child('maxSurge'), maxSurge, 'may not be set when maxUnavailable is non-zero') : NONE),
    ...(!down && !surge ? missing(inner.child('maxUnavailable'), 'cannot be 0 when maxSurge is 0') : NONE),
  ]
}

export const statusCounts = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
]
