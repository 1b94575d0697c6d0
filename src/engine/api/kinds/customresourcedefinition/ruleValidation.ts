// The rules of a schema as they are registered: their texts, and whether they compile against the type of their place.
// Upstream: apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go, pkg/apiserver/schema/cel/{compilation,model}

import { compileCel, type CelScope, type Compiled } from '../../cel/check'
import { estimateCost } from '../../cel/estimate'
import { mentions } from '../../cel/parse'
import type { Json } from '../../object'
import type { Path } from '../../validation/rules'
import { internal, missing, NONE, unsupported, wrong, type Errors } from '../../validation/rules'
import { celTypesOf, type CelTypes } from './celTypes'
import { fieldAt } from './fieldPath'
import { isEmbedded, type JsonSchema, type ValidationRule } from './jsonSchema'
import { costOfAll, type RuleCosts } from './ruleCosts'

const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired']
const NEW_LINES = /[\n\r]/

/** Where a rule stands. */
export interface RulePlace {
  readonly isRoot: boolean
  /** Above here, where an update cannot tell what was before. */
  readonly uncorrelated: Path | null
  /** How often values may be there in one object; null: nothing bounds it. */
  readonly bound: number | null
  readonly costs: RuleCosts
}

const RULES = 'x-kubernetes-validations'

export const validateRuleTexts = (schema: JsonSchema, at: Path): Errors =>
  (schema[RULES] ?? []).flatMap((rule, i) => validateText(rule, schema, at.child(RULES).index(i)))

/** Whether they compile, and what they could cost. */
export function validateRules(schema: JsonSchema, at: Path, place: RulePlace): Errors {
  const rules = schema[RULES] ?? []
  if (rules.length === 0) return NONE
  const types = celTypesOf(schema, place.isRoot || isEmbedded(schema))
  if (!types) return internal(at.child(RULES), UNTYPED)
  return rules.flatMap((rule, i) => (rule.rule?.trim() ? validateCompiled(rule, types, at.child(RULES).index(i), place) : NONE))
}

const UNTYPED =
  'internal error: failed to construct type information for x-kubernetes-validations rules: unable to convert structural schema to CEL declarations'

function validateText(
  { rule = '', message = '', messageExpression = '', reason, fieldPath = '' }: ValidationRule,
  schema: JsonSchema,
  at: Path,
): Errors {
  return [
    ...(rule.trim() === ''
      ? missing(at.child('rule'), 'rule is not specified')
      : message !== '' && message.trim() === ''
        ? wrong(at.child('message'), message, 'must be non-empty if specified')
        : NEW_LINES.test(message.trim())
          ? wrong(at.child('message'), message, 'must not contain line breaks')
          : NEW_LINES.test(rule.trim()) && message.trim() === ''
            ? missing(at.child('message'), 'message must be specified if rule contains line breaks')
            : NONE),
    ...(messageExpression !== '' && messageExpression.trim() === ''
      ? missing(at.child('messageExpression'), 'messageExpression must be non-empty if specified')
      : NONE),
    ...(reason !== undefined && !REASONS.includes(reason) ? unsupported(at.child('reason'), reason, REASONS) : NONE),
    ...(fieldPath !== '' && fieldPath.trim() === '' ? wrong(at.child('fieldPath'), fieldPath, 'must be non-empty if specified') : NONE),
    ...(NEW_LINES.test(fieldPath) ? wrong(at.child('fieldPath'), fieldPath, 'must not contain line breaks') : NONE),
    ...(fieldPath !== '' && 'error' in fieldAt(fieldPath, schema) ? wrong(at.child('fieldPath'), fieldPath, 'must be a valid path') : NONE),
  ]
}

function validateCompiled(rule: ValidationRule, types: CelTypes, at: Path, { uncorrelated, bound, costs }: RulePlace): Errors {
  const scope = scopeOf(types, rule)
  const compiled = compileCel(rule.rule ?? '', scope)
  const shown = internalRule(rule)
  const failed = problemOf(compiled, 'bool', 'compilation failed: ', 'cel expression must evaluate to a bool')
  const told = rule.messageExpression && failed === null ? compileCel(rule.messageExpression, scope) : null
  const untold = told && problemOf(told, 'string', 'messageExpression compilation failed: ', 'messageExpression must evaluate to a string')
  const compares = failed === null && 'tree' in compiled && mentions(compiled.tree, 'oldSelf')
  const cost = failed === null ? costOfAll(costOf(compiled, types), bound, types.self) : 0
  return [
    ...costs.add('rule', cost, at.child('rule')),
    ...(failed === null ? NONE : wrong(at.child('rule'), shown, failed)),
    ...(untold ? wrong(at.child('messageExpression'), shown, untold) : NONE),
    ...(told && !untold ? costs.add('messageExpression', costOf(told, types), at.child('messageExpression')) : NONE),
    ...(compares && uncorrelated
      ? wrong(
          at.child('rule'),
          rule.rule,
          `oldSelf cannot be used on the uncorrelatable portion of the schema within ${String(uncorrelated)}`,
        )
      : NONE),
    ...(!compares && rule.optionalOldSelf !== undefined
      ? wrong(at.child('optionalOldSelf'), rule.optionalOldSelf, 'may not be set if oldSelf is not used in rule')
      : NONE),
  ]
}

const costOf = (compiled: Compiled, { self }: CelTypes) => ('error' in compiled ? 0 : estimateCost(compiled, self))

function scopeOf({ self: { type }, structs }: CelTypes, { optionalOldSelf }: ValidationRule): CelScope {
  return { names: { self: type, oldSelf: optionalOldSelf ? `optional_type(${type})` : type }, structs }
}

function problemOf(compiled: Compiled, type: string, head: string, mistyped: string): string | null {
  if ('error' in compiled) return head + compiled.error
  return compiled.type === type ? null : mistyped
}

/** A rule as Go prints its internal form. */
function internalRule({ rule = '', message = '', messageExpression = '', reason, fieldPath = '', optionalOldSelf }: ValidationRule): Json {
  return {
    Rule: rule,
    Message: message,
    MessageExpression: messageExpression,
    Reason: reason ?? null,
    FieldPath: fieldPath,
    OptionalOldSelf: optionalOldSelf ?? null,
  }
}
