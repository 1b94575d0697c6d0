// x-kubernetes-validations: rules in CEL over `self`, and over `oldSelf` where an update leaves something to compare with.
// Upstream: apiextensions-apiserver pkg/apiserver/schema/cel/{validation,values}.go

import { anyDepth } from '../../../base/anyDepth'
import { isNumber, isObject, isWhole, type Json, type JsonObject } from '../../../base/json'
import { OUT_OF_BUDGET, RUNTIME_BUDGET, type CelBudget } from '../../cel/cost'
import { evaluateCel, type Names } from '../../cel/evaluate'
import { CelBytes, CelDouble, CelOptional, CelTimestamp, type CelValue, type Expression } from '../../cel/expression'
import { callFunction } from '../../cel/functions'
import { mentions, parseCel } from '../../cel/parse'
import { equalJson } from '../../../base/equal'
import type { FieldError } from '../../errors/fieldErrors'
import { fieldErrorText } from '../../errors/fieldErrorText'
import type { Warn } from '../../kind'
import { missing, NONE, notAllowed, Path, repeated, wrong, type Errors } from '../../validation/rules'
import { escapedField } from './celFields'
import { isEmbedded, isIntOrString, itemsOf, somewhere, valuesOf, type JsonSchema, type ValidationRule } from './jsonSchema'
import { earlierItems } from './validateValue'

/** Whether any part of the schema has rules. */
const hasRules = somewhere((schema) => (schema['x-kubernetes-validations']?.length ?? 0) > 0)

/** Errors after which rules are not looked at: what they read may not be what they expect. */
const BLOCKING = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
])
const NOT_CHECKED: FieldError = {
  type: 'FieldValueInvalid',
  field: '<nil>',
  value: null,
  detail: 'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
}

/**
 * What the rules say of an object, or that they were not asked because of the errors that it has already. Of what an update leaves as it was
 * they only warn.
 */
export function validateRules(object: JsonObject, old: JsonObject | undefined, schema: JsonSchema, errors: Errors, warn?: Warn): Errors {
  if (!hasRules(schema)) return NONE
  if (errors.some((e) => BLOCKING.has(e.type))) return [NOT_CHECKED]
  const place = { at: Path.root(), isResource: true, same: old !== undefined && equalJson(object, old) }
  return checkAll(rulesFor(object, old, schema, place), warn)
}

/** What the rules say of a default, which stands alone. */
export function validateRulesOfDefault(value: Json, schema: JsonSchema, at: Path): Errors {
  return hasRules(schema) ? checkAll(rulesFor(value, undefined, schema, { at, isResource: false, same: false })) : NONE
}

interface Place {
  readonly at: Path
  readonly isResource: boolean
  /** Whether this, or the nearest part that can be compared, is as it was before the update. */
  readonly same: boolean
}

/** Rules that are to be asked of a value. */
interface Asked {
  readonly value: Exclude<Json, null>
  readonly old: Json | undefined
  readonly schema: JsonSchema
  readonly rules: readonly ValidationRule[]
  readonly place: Place
}

function checkAll(asked: readonly Asked[], warn?: Warn): Errors {
  /** Of all rules together; below zero, no more of them are asked. */
  const budget = { left: RUNTIME_BUDGET }
  return asked.flatMap((each) => (budget.left < 0 ? NONE : checkRules(each, budget, warn)))
}

const NOT_ASKED: readonly Asked[] = []

/** All rules for a value and what is in it, outer ones first. */
const rulesFor = anyDepth(NOT_ASKED, (value: Json, old: Json | undefined, schema: JsonSchema, place: Place): readonly Asked[] => {
  if (value === null) return NOT_ASKED
  const rules = schema['x-kubernetes-validations'] ?? []
  return [
    ...(rules.length > 0 ? [{ value, old: old ?? undefined, schema, rules, place }] : NOT_ASKED),
    ...(schema.allOf ?? []).flatMap((part) => {
      const more = part['x-kubernetes-validations']
      return more ? [{ value, old: old ?? undefined, schema: { ...schema, allOf: undefined }, rules: more, place }] : NOT_ASKED
    }),
    ...(Array.isArray(value) ? rulesForItems(value as readonly Json[], old, schema, place) : NOT_ASKED),
    ...(isObject(value) ? rulesForFields(value, old, schema, place) : NOT_ASKED),
  ]
})

function rulesForItems(value: readonly Json[], old: Json | undefined, schema: JsonSchema, place: Place): readonly Asked[] {
  const items = itemsOf(schema)
  if (!items || !hasRules(items)) return NOT_ASKED
  const earlierItem = earlierItems(old, schema)
  return value.flatMap((item, i) => {
    const earlier = earlierItem(item)
    return rulesFor(item, earlier, items, placeOf(place.at.index(i), items, item, earlier, place))
  })
}

function rulesForFields(value: JsonObject, old: Json | undefined, schema: JsonSchema, outer: Place): readonly Asked[] {
  const { at } = outer
  const { properties = {} } = schema
  const values = valuesOf(schema)
  const before = isObject(old) ? old : {}
  const inner = (key: string, of: JsonSchema, place: Path): readonly Asked[] =>
    value[key] === undefined || !hasRules(of)
      ? NOT_ASKED
      : rulesFor(value[key], before[key], of, placeOf(place, of, value[key], before[key], outer))
  return [
    ...(values ? Object.keys(value).flatMap((k) => (Object.hasOwn(properties, k) ? NOT_ASKED : inner(k, values, at.key(k)))) : NOT_ASKED),
    ...Object.keys(properties)
      .sort()
      .flatMap((k) => (Object.hasOwn(value, k) ? inner(k, properties[k]!, at.child(k)) : NOT_ASKED)),
  ]
}

const placeOf = (at: Path, schema: JsonSchema, value: Json, old: Json | undefined, { same }: Place): Place => ({
  at,
  isResource: isEmbedded(schema),
  same: old === undefined ? same : equalJson(value, old),
})

function checkRules({ value, old, schema, rules, place }: Asked, budget: CelBudget, warn: Warn | undefined): Errors {
  const { at, isResource, same } = place
  const self = celOf(value, schema, isResource)
  const before = old === undefined ? undefined : celOf(old, schema, isResource)
  return rules.flatMap((rule): Errors => {
    if (budget.left < 0) return NONE
    const tree = parseCel((rule.rule ?? '').trim())
    if (tree instanceof Error) return NONE
    const compares = mentions(tree, 'oldSelf')
    const optional = rule.optionalOldSelf === true
    if (compares && before === undefined && !optional) return NONE
    const names: Names = (name) => (name === 'self' ? self : name === 'oldSelf' ? (optional ? new CelOptional(before) : before) : undefined)
    return evaluated(tree, names, rule, value, schema, at, budget, !compares && same ? warn : undefined)
  })
}

/** `warn`: a rule that does not hold is only told of; one that cannot be evaluated is an error in any case. */
function evaluated(
  tree: Expression,
  names: Names,
  rule: ValidationRule,
  value: Exclude<Json, null>,
  schema: JsonSchema,
  at: Path,
  budget: CelBudget,
  warn?: Warn,
): Errors {
  const result = evaluateCel(tree, names, budget)
  const shown = (rule.message || rule.rule || '').trim()
  if ('error' in result && result.stopped) {
    budget.left = -1
    const why = `'${result.error}': no further validation rules will be run due to call cost exceeds limit for rule: ${shown}`
    return wrong(at, schema.type ?? '', result.stopped === 'exhausted' ? OUT_OF_BUDGET : why)
  }
  if ('error' in result)
    return wrong(
      at,
      schema.type ?? '',
      result.error.startsWith('no such overload')
        ? `'${result.error}': call arguments did not match a supported operator, function or macro signature for rule: ${shown}`
        : `${result.error} evaluating rule: ${shown}`,
    )
  if (result.value === true) return NONE
  const detail = messageOf(rule, names, budget) ?? (rule.message ? rule.message.trim() : `failed rule: ${shown}`)
  const place = rule.fieldPath ? Path.root(`${String(at)}${fieldOf(rule.fieldPath, String(at) !== '')}`) : at
  const errors = reasoned(rule.reason, place, value, detail)
  if (!warn) return errors
  for (const error of errors) warn(fieldErrorText(error))
  return NONE
}

/** What messageExpression makes; null where it makes nothing that could be shown. */
function messageOf({ messageExpression = '' }: ValidationRule, names: Names, budget: CelBudget): string | null {
  const tree = messageExpression.trim() === '' ? null : parseCel(messageExpression.trim())
  if (!tree || tree instanceof Error) return null
  const told = evaluateCel(tree, names, budget)
  if ('error' in told && told.stopped) budget.left = -1
  if (!('value' in told) || typeof told.value !== 'string') return null
  const text = told.value.trim()
  return text === '' || text.includes('\n') || text.length > 5 * 1024 ? null : text
}

/** `.spec.a['b']` as the end of a field's path. */
function fieldOf(path: string, inner: boolean): string {
  const text = path.trim().replace(/\['((?:[^'\\]|\\.)*)'\]/g, (_, key: string) => `[${key.replace(/\\(.)/g, '$1')}]`)
  return inner ? text : text.replace(/^\./, '')
}

function reasoned(reason: string | undefined, at: Path, value: Exclude<Json, null>, detail: string): Errors {
  const big = typeof value === 'object'
  switch (reason) {
    case 'FieldValueRequired':
      return missing(at, detail)
    case 'FieldValueForbidden':
      return notAllowed(at, detail)
    case 'FieldValueDuplicate':
      return repeated(at, value).map((e) => ({ ...e, omitValue: big }))
    default:
      return wrong(at, value, detail).map((e) => ({ ...e, omitValue: big }))
  }
}

/** A value as its rules see it: fields under their escaped names, times and durations by their formats, numbers by their types. */
const celOf = anyDepth(null, (value: Json, schema: JsonSchema | undefined, isResource = false): CelValue => {
  if (isWhole(value) && schema?.type !== 'number') return value
  if (isNumber(value)) return new CelDouble(Number(value))
  if (typeof value === 'string') return schema && !isIntOrString(schema) ? celOfText(value, schema) : value
  if (Array.isArray(value)) {
    const items = schema && itemsOf(schema)
    return (value as readonly Json[]).map((item) => celOf(item, items))
  }
  if (!isObject(value)) return value
  const { properties = {} } = schema ?? {}
  const values = schema && valuesOf(schema)
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      if (item === undefined) return []
      const own = Object.hasOwn(properties, key) ? properties[key] : undefined
      if (values && !own) return [[key, celOf(item, values)]]
      if (isResource && key === 'metadata' && isObject(item))
        return [[key, { name: item.name, generateName: item.generateName } as CelValue]]
      return [[escapedField(key), celOf(item, own, own ? isEmbedded(own) : false)]]
    }),
  ) as CelValue
})

function celOfText(value: string, { format }: JsonSchema): CelValue {
  if (format === 'date-time' || format === 'datetime' || format === 'date') {
    const at = Date.parse(value)
    return Number.isNaN(at) ? value : new CelTimestamp(at)
  }
  if (format === 'byte') return new CelBytes(atob(value))
  return format === 'duration' ? callFunction('duration', [value]) : value
}
