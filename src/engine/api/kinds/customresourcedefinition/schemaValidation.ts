// What the schema of a custom resource must be: structural, with defaults that fit, with the extensions where they make sense, with rules that compile.
// Upstream: apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go, pkg/apiserver/schema/defaulting/validation.go

import { isDeeperThan, isObject } from '../../../base/json'
import type { Path } from '../../validation/rules'
import { NONE, notAllowed, unsupported, wrong, wrongAltogether, type Errors } from '../../validation/rules'
import { validateDefaults } from './defaultValidation'
import { validateExtensions } from './extensionValidation'
import { isEmbedded, itemsOf, META_FIELDS, valuesOf, type JsonSchema } from './jsonSchema'
import { entriesOf, RuleCosts } from './ruleCosts'
import { validateRules, validateRuleTexts, type RulePlace } from './ruleValidation'
import { validateStructural } from './structural'

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string']
const AT_ROOT =
  'Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations'
const ALLOWED_AT_ROOT = new Set(
  'description type format title maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems uniqueItems multipleOf required items properties externalDocs example x-kubernetes-preserve-unknown-fields x-kubernetes-validations'.split(
    ' ',
  ),
)

/** So deep a schema may be: what looks through it calls itself. Upstream knows no limit but that of the text. */
const MOST_NESTED = 1_000

/** `status`: whether the status subresource is on, for which the root must be plain. `unchanged`: an update leaves it as it was. */
export function validateSchema(schema: JsonSchema, at: Path, status: boolean, unchanged: boolean): Errors {
  if (isDeeperThan(schema, MOST_NESTED)) return wrongAltogether(at, 'exceeded max depth')
  const structural = isConvertible(schema) ? validateStructural(schema, at) : NONE
  const defaults = structural.length === 0 ? validateDefaults(schema, at, null) : NONE
  const sound = structural.length === 0 && defaults.length === 0
  const costs = new RuleCosts(unchanged)
  const root = { isRoot: true, rules: sound, uncorrelated: null, inMeta: false, noDefaults: null, bound: 1, costs }
  const [shape, rules] = validatePart(schema, at, root)
  return [
    ...(status ? plainRoot(schema, at) : NONE),
    ...(schema.nullable ? notAllowed(at.child('nullable'), 'nullable cannot be true at the root') : NONE),
    ...structural,
    ...defaults,
    ...shape,
    ...rules,
    ...costs.errors(at),
  ]
}

const UNSUPPORTED = ['id', '$schema', '$ref', 'patternProperties', 'dependencies', 'additionalItems', 'definitions']

/** Whether it can be made structural at all: else only what it has that it may not have is told. */
function isConvertible(schema: JsonSchema): boolean {
  const isSet = (value: unknown) => value !== undefined && value !== '' && !(isObject(value) && Object.keys(value).length === 0)
  if (
    Array.isArray(schema.items) ||
    UNSUPPORTED.some((field) => isSet(schema[field])) ||
    schema['x-kubernetes-preserve-unknown-fields'] === false
  )
    return false
  const [items, values] = [itemsOf(schema), valuesOf(schema)]
  return [...(items ? [items] : []), ...(values ? [values] : []), ...Object.values(schema.properties ?? {})].every(isConvertible)
}

function plainRoot(schema: JsonSchema, at: Path): Errors {
  const strange = Object.keys(schema).find((key) => !ALLOWED_AT_ROOT.has(key) && schema[key] !== false)
  return [
    ...(schema.type !== undefined && schema.type !== 'object'
      ? wrong(
          at.child('type'),
          schema.type,
          'only "object" is allowed as the type at the root of the schema if the status subresource is enabled',
        )
      : NONE),
    ...(strange === undefined
      ? NONE
      : wrong(at, schema, `only [${AT_ROOT}] fields are allowed at the root of the schema if the status subresource is enabled`)),
  ]
}

interface Context extends RulePlace {
  /** Whether rules are compiled: only where the schema is sound otherwise. */
  readonly rules: boolean
  readonly inMeta: boolean
  /** Why there may be no default here. */
  readonly noDefaults: string | null
}

/** Errors of the schema, and apart from them those of its rules. */
function validatePart(schema: JsonSchema, at: Path, context: Context): readonly [Errors, Errors] {
  const entries = entriesOf(schema)
  const inner = { ...context, isRoot: false, bound: context.bound === null || entries === null ? null : context.bound * entries }
  const quiet = { ...inner, rules: false }
  const items = itemsOf(schema)
  const values = valuesOf(schema)
  const uncorrelated = (here: boolean) => context.uncorrelated ?? (here ? at : null)
  const parts: (readonly [Errors, Errors])[] = [
    [[...validateStandard(schema, at, context), ...(schema.uniqueItems ? notAllowed(at.child('uniqueItems'), UNIQUE) : NONE)], NONE],
  ]
  if (schema.additionalProperties !== undefined) {
    if (schema.properties && (schema.additionalProperties === false || values))
      parts.push([notAllowed(at.child('additionalProperties'), 'additionalProperties and properties are mutual exclusive'), NONE])
    const noDefaults = context.inMeta ? 'inside additionalProperties applying to object metadata' : context.noDefaults
    if (values) parts.push(validatePart(values, at.child('additionalProperties'), { ...inner, noDefaults }))
  }
  for (const key of Object.keys(schema.properties ?? {}).sort()) {
    const meta = (context.isRoot || isEmbedded(schema)) && META_FIELDS.has(key)
    parts.push(
      validatePart(schema.properties![key]!, at.child('properties').key(key), {
        ...inner,
        uncorrelated: uncorrelated(schema['x-kubernetes-map-type'] === 'atomic'),
        inMeta: context.inMeta || meta,
        noDefaults: meta && context.isRoot ? `in top-level ${key}` : context.noDefaults,
      }),
    )
  }
  if (schema.not) parts.push(validatePart(schema.not, at.child('not'), quiet))
  for (const word of ['allOf', 'oneOf', 'anyOf'] as const)
    for (const [i, part] of (schema[word] ?? []).entries()) parts.push(validatePart(part, at.child(word).index(i), quiet))
  if (items)
    parts.push(validatePart(items, at.child('items'), { ...inner, uncorrelated: uncorrelated(schema['x-kubernetes-list-type'] !== 'map') }))
  parts.push([validateExtensions(schema, at), NONE])
  const shape = parts.flatMap(([errors]) => errors)
  const rules = parts.flatMap(([, errors]) => errors)
  const all = [...shape, ...validateRuleTexts(schema, at)]
  return [all, all.length === 0 && context.rules ? [...rules, ...validateRules(schema, at, context)] : rules]
}

const UNIQUE = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic'

function validateStandard(schema: JsonSchema, at: Path, { noDefaults, inMeta }: Context): Errors {
  const { type } = schema
  const unknown = (field: string, says = `${field} is not supported`): Errors =>
    schema[field] === undefined || schema[field] === '' ? NONE : notAllowed(at.child(field), says)
  return [
    ...(type !== undefined && type !== '' && !TYPES.includes(type) ? unsupported(at.child('type'), type, TYPES) : NONE),
    ...(schema.default !== undefined && noDefaults !== null ? notAllowed(at.child('default'), `must not be set ${noDefaults}`) : NONE),
    ...['id', 'additionalItems', 'patternProperties', 'definitions', 'dependencies', '$ref'].flatMap((field) => unknown(field)),
    ...(type === 'null' ? notAllowed(at.child('type'), 'type cannot be set to null, use nullable as an alternative') : NONE),
    ...(Array.isArray(schema.items) ? notAllowed(at.child('items'), 'items must be a schema object and not an array') : NONE),
    ...(inMeta && isEmbedded(schema)
      ? notAllowed(at.child('x-kubernetes-embedded-resource'), 'must not be used inside of resource meta')
      : NONE),
  ]
}
