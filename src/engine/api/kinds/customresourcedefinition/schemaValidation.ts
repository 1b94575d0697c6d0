// What the schema of a custom resource must be: structural, with defaults that fit, with the extensions where they make sense, with rules that compile.
// Upstream: apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go, pkg/apiserver/schema/defaulting/validation.go

import { isObject, type Json } from '../../../base/json'
import { aggregated } from '../../errors/aggregated'
import { fieldErrorText } from '../../errors/fieldErrorText'
import { missing, NONE, notAllowed, Path, seenBefore, unsupported, wrong, type Errors } from '../../validation/rules'
import { validateEmbedded } from './embedded'
import { pruned } from './fill'
import { isEmbedded, itemsOf, META_FIELDS, valuesOf, type JsonSchema } from './jsonSchema'
import { entriesOf, RuleCosts } from './ruleCosts'
import { validateRules, validateRuleTexts, type RulePlace } from './ruleValidation'
import { validateRulesOfDefault } from './rules'
import { validateStructural } from './structural'
import { validateValue } from './validateValue'

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string']
const AT_ROOT =
  'Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations'
const ALLOWED_AT_ROOT = new Set(
  'description type format title maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems uniqueItems multipleOf required items properties externalDocs example x-kubernetes-preserve-unknown-fields x-kubernetes-validations'.split(
    ' ',
  ),
)

/** `status`: whether the status subresource is on, for which the root must be plain. `unchanged`: an update leaves it as it was. */
export function validateSchema(schema: JsonSchema, at: Path, status: boolean, unchanged: boolean): Errors {
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

/** What a default stands in: the object around it, its schema, and how the value comes to be a part of it. */
interface Around {
  readonly schema: JsonSchema
  readonly inMeta: boolean
  around(value: Json): Json
}

function validateDefaults(schema: JsonSchema, at: Path, outer: Around | null): Errors {
  const items = itemsOf(schema)
  const here = outer && !isEmbedded(schema) ? outer : { schema, inMeta: false, around: (value: Json) => value }
  const isObjectItself = here !== outer
  const within = (inMeta: boolean, around: (value: Json) => Json): Around => ({ ...here, inMeta, around: (v) => here.around(around(v)) })
  return [
    ...(schema.default === undefined ? NONE : validateDefault(schema, schema.default, at.child('default'), here)),
    ...(items
      ? validateDefaults(
          items,
          at.child('items'),
          within(here.inMeta, (v) => [v]),
        )
      : NONE),
    ...Object.keys(schema.properties ?? {})
      .sort()
      .flatMap((key) =>
        validateDefaults(
          schema.properties![key]!,
          at.child('properties').key(key),
          within(here.inMeta || (isObjectItself && META_FIELDS.has(key)), (v) => ({ [key]: v })),
        ),
      ),
  ]
}

const SOME_TYPE = { apiVersion: 'validation/v1', kind: 'Validation' }

/** Of a default within metadata: whether the object is one with it. */
function validateMetaDefault(schema: JsonSchema, value: Json, at: Path, { schema: whole, around }: Around): Errors {
  const object = around(value)
  const errors = validateEmbedded(isObject(object) ? { ...SOME_TYPE, ...object } : object, whole, Path.root(), true)
  if (errors.length > 0) return wrong(at, value, `must result in valid metadata: ${aggregated(errors.map(fieldErrorText))}`)
  return validateFit(schema, value, at)
}

function validateFit(schema: JsonSchema, value: Json, at: Path): Errors {
  const errors = validateValue(value, schema, undefined, at)
  return errors.length > 0 ? errors : validateRulesOfDefault(value, schema, at)
}

function validateDefault(schema: JsonSchema, value: Json, at: Path, here: Around): Errors {
  if (here.inMeta) return validateMetaDefault(schema, value, at, here)
  const isRoot = here.schema === schema
  const unknown: string[] = []
  if (isObject(value))
    pruned(value, isRoot || isEmbedded(schema) ? schema : { ...schema, 'x-kubernetes-embedded-resource': false }, unknown)
  const errors = validateEmbedded(value, schema, at, isRoot)
  return [
    ...(unknown.length > 0 ? wrong(at, value, 'must not have unknown fields') : NONE),
    ...(errors.length > 0 ? errors : validateFit(schema, value, at)),
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

/** A type that must be there for an extension. */
function needsType(schema: JsonSchema, type: string, extension: string, at: Path): Errors {
  if (schema[extension] === undefined || schema.type === type) return NONE
  const detail = `must be ${type} if ${extension} is specified`
  return schema.type ? wrong(at.child('type'), schema.type, detail) : missing(at.child('type'), detail)
}

const MAP_TYPE = 'x-kubernetes-map-type'
const LIST_TYPE = 'x-kubernetes-list-type'
const MAP_KEYS = 'x-kubernetes-list-map-keys'

function validateExtensions(schema: JsonSchema, at: Path): Errors {
  const items = itemsOf(schema)
  const list = schema[LIST_TYPE]
  const map = schema[MAP_TYPE]
  const keys = schema[MAP_KEYS] ?? []
  return [
    ...(schema['x-kubernetes-preserve-unknown-fields'] === false
      ? wrong(at.child('x-kubernetes-preserve-unknown-fields'), false, 'must be true or undefined')
      : NONE),
    ...needsType(schema, 'object', MAP_TYPE, at),
    ...(map !== undefined && map !== 'atomic' && map !== 'granular' ? unsupported(at.child(MAP_TYPE), map, ['atomic', 'granular']) : NONE),
    ...needsType(schema, 'array', LIST_TYPE, at),
    ...(schema.type === 'array' && list === 'set' && items ? atomicItems(items, at.child('items')) : NONE),
    ...(list !== undefined && !['atomic', 'set', 'map'].includes(list)
      ? unsupported(at.child(LIST_TYPE), list, ['atomic', 'set', 'map'])
      : NONE),
    ...(keys.length > 0 && list !== 'map'
      ? list === undefined
        ? missing(at.child(LIST_TYPE), `must be map if ${MAP_KEYS} is non-empty`)
        : wrong(at.child(LIST_TYPE), list, `must be map if ${MAP_KEYS} is non-empty`)
      : NONE),
    ...(list === 'map' ? validateMapList(schema, items, keys, at) : NONE),
    ...(list === 'set' || list === 'map' ? validateItemsOfKeyed(items, list, keys, at) : NONE),
  ]
}

function atomicItems(items: JsonSchema, at: Path): Errors {
  const detail = `must be atomic as item of a list with ${LIST_TYPE}=set`
  const list = items[LIST_TYPE]
  if (items.type === 'array' && list !== undefined && list !== 'atomic') return wrong(at.child(LIST_TYPE), list, detail)
  return items.type === 'object' && items[MAP_TYPE] !== 'atomic' ? wrong(at.child(MAP_TYPE), items[LIST_TYPE] ?? null, detail) : NONE
}

function validateMapList(schema: JsonSchema, items: JsonSchema | undefined, keys: readonly string[], at: Path): Errors {
  const { properties = {} } = items ?? {}
  const again = seenBefore()
  return [
    ...(keys.length === 0 ? missing(at.child(MAP_KEYS), `must not be empty if ${LIST_TYPE} is map`) : NONE),
    ...(schema.items ? NONE : missing(at.child('items'), `must have a schema if ${LIST_TYPE} is map`)),
    ...(items && items.type !== 'object'
      ? wrong(at.child('items', 'type'), items.type ?? '', `must be object if parent array's ${LIST_TYPE} is map`)
      : NONE),
    ...(items?.type === 'object'
      ? keys.flatMap((key) => [
          ...(!Object.hasOwn(properties, key)
            ? wrong(at.child(MAP_KEYS), keys, 'entries must all be names of item properties')
            : ['array', 'object'].includes(properties[key]!.type ?? '')
              ? wrong(
                  at.child('items', 'properties').key(key).child('type'),
                  items.type,
                  `must be a scalar type if parent array's ${LIST_TYPE} is map`,
                )
              : NONE),
          ...(again(key) ? wrong(at.child(MAP_KEYS), keys, 'must not contain duplicate entries') : NONE),
        ])
      : NONE),
  ]
}

function validateItemsOfKeyed(items: JsonSchema | undefined, list: string, keys: readonly string[], at: Path): Errors {
  if (!items) return NONE
  const says = `this property is in ${MAP_KEYS}, so it`
  return [
    ...(items.nullable ? notAllowed(at.child('items', 'nullable'), `cannot be nullable when ${LIST_TYPE} is ${list}`) : NONE),
    // Each as often as it is listed.
    ...(list === 'map' ? keys : []).flatMap((key) => {
      const own = items.properties && Object.hasOwn(items.properties, key) ? items.properties[key]! : null
      const place = at.child('items', 'properties').key(key)
      if (!own) return NONE
      return [
        ...(items.required?.includes(key) || own.default !== undefined
          ? NONE
          : missing(place.child('default'), `${says} must have a default or be a required property`)),
        ...(own.nullable ? notAllowed(place.child('nullable'), `${says} cannot be nullable`) : NONE),
      ]
    }),
  ]
}
