// Label selectors: what they are made of, whether labels match, and the LabelSelector object of specs.
// Upstream: apimachinery pkg/labels/selector.go, pkg/apis/meta/v1/helpers.go

import { own } from '../../base/json'
import type { JsonObject } from '../object'

type Operator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt'

export interface Requirement {
  readonly key: string
  readonly operator: Operator
  readonly values: readonly string[]
}

export type LabelSelector = readonly Requirement[]
type Labels = Readonly<Record<string, string>> | undefined

export function matchesLabels(selector: LabelSelector, labels: Labels): boolean {
  return selector.every((r) => matchesRequirement(r, labels))
}

function matchesRequirement({ key, operator, values }: Requirement, labels: Labels): boolean {
  const has = labels !== undefined && Object.hasOwn(labels, key)
  const value = has ? labels[key]! : ''
  switch (operator) {
    case '=':
    case '==':
    case 'in':
      return has && values.includes(value)
    case '!=':
    case 'notin':
      return !has || !values.includes(value)
    case 'exists':
      return has
    case '!':
      return !has
    case 'gt':
    case 'lt': {
      if (!has || !/^[+-]?\d+$/.test(value)) return false
      return operator === 'gt' ? Number(value) > Number(values[0]) : Number(value) < Number(values[0])
    }
  }
}

/** The `labelSelector` of specs: null matches nothing, an empty one everything. */
export function labelSelectorOf(object: JsonObject | null | undefined): LabelSelector | null {
  if (object === null || object === undefined) return null
  const { matchLabels = {}, matchExpressions = [] } = object as {
    matchLabels?: Record<string, string>
    matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[]
  }
  const operators: Readonly<Record<string, Operator>> = {
    In: 'in',
    NotIn: 'notin',
    Exists: 'exists',
    DoesNotExist: '!',
    Gt: 'gt',
    Lt: 'lt',
  }
  return [
    ...Object.entries(matchLabels).map(([key, value]): Requirement => ({ key, operator: 'in', values: [value] })),
    ...matchExpressions.map(({ key, operator, values = [] }): Requirement => ({ key, operator: own(operators, operator) ?? 'in', values })),
  ]
}
