// What the rules of a definition could cost, one by one and together. A rule in a list or a map is asked as often as there are entries.
// Upstream: apiextensions-apiserver pkg/apis/apiextensions/validation/{cel_validation,validation}.go

import { MOST, plus, times } from '../../cel/sizes'
import { notAllowed, NONE, type Errors, type Path } from '../../validation/rules'
import { LARGEST_REQUEST, type CelType } from './celTypes'
import { valuesOf, type JsonSchema } from './jsonSchema'

const RULE_LIMIT = 10_000_000
const TOTAL_LIMIT = 100_000_000
/** So many of the most expensive rules are named where all are too much. */
const NAMED = 4
const ADVICE = '(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)'

export class RuleCosts {
  private total = 0
  private expensive: { readonly at: Path; readonly cost: number }[] = []

  /** `unlimited`: a schema that an update leaves as it was. */
  constructor(private readonly unlimited: boolean) {}

  /** Counts a rule, or the expression of its message (`what`), and refuses one that is too much alone. */
  add(what: string, cost: number, at: Path): Errors {
    this.total = plus(this.total, cost)
    if (cost >= TOTAL_LIMIT / 100) this.expensive = [...this.expensive, { at, cost }].sort((a, b) => b.cost - a.cost).slice(0, NAMED)
    return cost > RULE_LIMIT && !this.unlimited ? notAllowed(at, exceeding(`estimated ${what} cost`, cost, RULE_LIMIT)) : NONE
  }

  /** Of the whole schema. */
  errors(at: Path): Errors {
    if (this.total <= TOTAL_LIMIT) return NONE
    return [
      ...this.expensive.flatMap((rule) =>
        notAllowed(rule.at, 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema'),
      ),
      ...notAllowed(
        at,
        exceeding('x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema', this.total, TOTAL_LIMIT),
      ),
    ]
  }
}

function exceeding(what: string, cost: number, limit: number): string {
  const factor = cost / limit
  const shown = factor > 100 ? 'more than 100x' : `${factor.toFixed(factor < 1.5 ? 6 : 1)}x`
  return `${what} exceeds budget by factor of ${shown} ${ADVICE}`
}

/** How often values of a schema's parts may be there for each of its own; null: nothing bounds it. */
export function entriesOf({ type, maxItems, maxProperties, ...schema }: JsonSchema): number | null {
  if (type === 'array') return maxItems === undefined ? null : Math.max(0, Number(maxItems))
  if (type === 'object' && valuesOf(schema)) return maxProperties === undefined ? null : Math.max(0, Number(maxProperties))
  return 1
}

/** What a rule costs for all values of its place in one object; without a bound, as many as fit into a request. */
export function costOfAll(cost: number, bound: number | null, { smallest }: CelType): number {
  return cost === 0 ? 0 : Math.min(times(cost, bound ?? Math.floor(LARGEST_REQUEST / (smallest + 1))), MOST)
}
