// What evaluating an expression costs, and where it is stopped: no expression may keep a server busy, whatever it is given to look at.
// Upstream: github.com/google/cel-go interpreter/runtimecost.go, apiserver pkg/cel/library/cost.go, pkg/apis/cel/config.go

import { CelBytes, CelOptional, type CelValue } from './expression'
import { isMap } from './values'

/** Of one expression; of all rules for one object, or of one policy's binding; of the conditions of a policy or a webhook. */
const CALL_LIMIT = 1_000_000
export const RUNTIME_BUDGET = 10_000_000
export const CONDITIONS_BUDGET = 2_500_000
export const CANCELLED = 'operation cancelled: actual cost limit exceeded'
export const OUT_OF_BUDGET = 'validation failed due to running out of cost budget, no further validation rules will be run'

/** What several expressions may cost together. Below zero: it was not enough. */
export interface CelBudget {
  left: number
}

export class CelCancelled extends Error {}

export const LIST_COST = 10
export const MAP_COST = 30
export const STRUCT_COST = 40
/** Of a character of a text; of one of a pattern. */
export const TRAVERSAL = 0.1
export const EXPRESSION = 0.25
/** Of a right that is asked for: an expression may ask for two. */
export const CHECK = 350_000

export class CelCost {
  spent = 0

  spend(cost: number): void {
    this.spent += cost
    if (this.spent > CALL_LIMIT) throw new CelCancelled(CANCELLED)
  }

  /** Before it is called: a function of which it is known what it will cost does not begin when that is too much. */
  call(name: string, args: readonly CelValue[]): void {
    this.spend(costOf(name, args))
  }

  /** What join made. */
  made(name: string, result: CelValue): void {
    if (name === 'join') this.spend(Math.ceil(sizeOf(result) * 2 * TRAVERSAL))
  }
}

/** Texts count their characters, lists and maps their items, all else is one. */
function sizeOf(value: CelValue | undefined): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length
  if (value instanceof CelBytes) return value.text.length
  if (value instanceof CelOptional) return sizeOf(value.value)
  return value !== undefined && isMap(value) ? Object.keys(value).length : 1
}

const traversal = (value: CelValue | undefined, times = 1) => Math.ceil(sizeOf(value) * times * TRAVERSAL)
const matching = (text: CelValue | undefined, pattern: CelValue | undefined) =>
  Math.ceil((1 + sizeOf(text)) * TRAVERSAL) * Math.ceil(sizeOf(pattern) * EXPRESSION)

function costOf(name: string, args: readonly CelValue[]): number {
  const [a, b] = args
  switch (name) {
    case 'check':
      return CHECK
    case 'startsWith':
    case 'endsWith':
    case 'format':
    case 'strings.quote':
    case 'lowerAscii':
    case 'upperAscii':
    case 'substring':
    case 'trim':
    case 'url':
    case 'jsonpatch.escapeKey':
    case 'quantity':
    case 'isQuantity':
    case 'ip':
    case 'cidr':
    case 'isIP':
    case 'isCIDR':
      return traversal(a)
    case 'replace':
    case 'split':
      return traversal(a, 2)
    case 'reverse':
    case 'charAt':
      return typeof a === 'string' ? traversal(a) : sizeOf(a)
    case '@in':
      return sizeOf(b)
    case '_<_':
    case '_<=_':
    case '_>_':
    case '_>=_':
    case '_==_':
    case '_!=_':
      return Math.ceil(Math.min(sizeOf(a), sizeOf(b)) * TRAVERSAL)
    case '_+_':
      return typeof a === 'string' ? Math.ceil((sizeOf(a) + sizeOf(b)) * TRAVERSAL) : Array.isArray(a) ? copying(sizeOf(a) + sizeOf(b)) : 1
    case 'matches':
    case 'find':
    case 'findAll':
      return matching(a, b)
    case 'contains':
      return typeof a === 'string' ? traversal(a) * traversal(b) : 1
    case 'isSorted':
    case 'sum':
    case 'min':
    case 'max':
    case 'indexOf':
    case 'lastIndexOf':
    case 'flatten':
    case 'slice':
    case 'sort':
      return Math.max(1, sizeOf(a))
    case 'distinct':
      return Math.max(1, sizeOf(a) ** 2)
    case 'sets.contains':
    case 'sets.intersects':
      return Math.max(1, sizeOf(a) * sizeOf(b))
    case 'sets.equivalent':
      return Math.max(1, 2 * sizeOf(a) * sizeOf(b))
    case 'validate':
      return matching(b, 'x'.repeat(200))
    case 'join':
      return 0
    default:
      return 1
  }
}

/** Lists are put together by copying here, where upstream only remembers both: it counts beyond what a rule is likely to put together. */
const copying = (items: number) => Math.max(1, Math.ceil((items - 1000) * TRAVERSAL))
