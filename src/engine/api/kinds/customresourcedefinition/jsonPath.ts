// The simple JSON paths of a CustomResourceDefinition: `.spec.replicas`, `.status.conditions[?(@.type=="Ready")].status`, `.spec.hosts[0]`.
// Leaves out: ranges, unions, recursive descent.
// Upstream: client-go util/jsonpath

import { isObject, jsonText, type Json } from '../../../base/json'

type Step =
  | { readonly type: 'field'; readonly name: string }
  | { readonly type: 'index'; readonly index: number }
  | { readonly type: 'every' }
  | { readonly type: 'filter'; readonly path: readonly Step[]; readonly equals: boolean; readonly value: Json }

const parsed = new Map<string, readonly Step[] | null>()

/** All values at a path; null for a path that cannot be read. */
export function valuesAt(path: string, value: Json): readonly Json[] | null {
  let steps = parsed.get(path)
  if (steps === undefined) parsed.set(path, (steps = stepsOf(path)))
  return steps && follow(steps, value)
}

function follow(steps: readonly Step[], value: Json): readonly Json[] {
  return steps.reduce<readonly Json[]>((values, step) => values.flatMap((v) => take(step, v)), [value])
}

function take(step: Step, value: Json): readonly Json[] {
  const items: readonly Json[] = Array.isArray(value)
    ? (value as readonly Json[])
    : isObject(value)
      ? Object.values(value).filter((v): v is Json => v !== undefined)
      : []
  switch (step.type) {
    case 'field': {
      const found = isObject(value) && Object.hasOwn(value, step.name) ? value[step.name] : undefined
      return found === undefined ? [] : [found]
    }
    case 'index': {
      const found = Array.isArray(value) ? items.at(step.index) : undefined
      return found === undefined ? [] : [found]
    }
    case 'every':
      return items
    case 'filter':
      return items.filter((item) => follow(step.path, item).some((v) => (jsonText(v) === jsonText(step.value)) === step.equals))
  }
}

const FIELD = /^\.((?:[^.[\]\\]|\\.)+)/
const BRACKET = /^\[(?:(-?\d+)|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(\*))\]/
const FILTER = /^\[\?\(\s*@((?:\.[^.[\]()=!<>\s]+)+)\s*(==|!=)\s*(?:"([^"]*)"|'([^']*)'|([^)\s]+))\s*\)\]/

function stepsOf(path: string): readonly Step[] | null {
  const steps: Step[] = []
  let rest = path.trim()
  if (rest === '.') return steps
  while (rest !== '') {
    const field = FIELD.exec(rest)
    const bracket = field ? null : BRACKET.exec(rest)
    const filter = field || bracket ? null : FILTER.exec(rest)
    const found = field ?? bracket ?? filter
    if (!found) return null
    rest = rest.slice(found[0].length)
    if (field) steps.push(field[1] === '*' ? { type: 'every' } : { type: 'field', name: plain(field[1]!) })
    else if (bracket) steps.push(bracketStep(bracket))
    else if (filter) {
      const inner = stepsOf(filter[1]!)
      if (!inner) return null
      steps.push({ type: 'filter', path: inner, equals: filter[2] === '==', value: filter[3] ?? filter[4] ?? filter[5] ?? '' })
    }
  }
  return steps
}

function bracketStep([, index, single, double, every]: RegExpExecArray): Step {
  if (every) return { type: 'every' }
  return index === undefined ? { type: 'field', name: plain(single ?? double ?? '') } : { type: 'index', index: Number(index) }
}

const plain = (name: string) => name.replace(/\\(.)/g, '$1')
