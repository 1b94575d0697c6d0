// The rules of a schema as they are registered: their texts, and whether they compile against the type of their place.
// Upstream: apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go, pkg/apiserver/schema/cel/{compilation,model}

import { compileCel, type Compiled } from '../../cel/check'
import { mentions } from '../../cel/parse'
import type { Json } from '../../object'
import type { Path } from '../../validation/rules'
import { missing, NONE, unsupported, wrong, type Errors } from '../../validation/rules'
import { celTypesOf } from './celTypes'
import { fieldAt } from './fieldPath'
import type { JsonSchema, ValidationRule } from './jsonSchema'

const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired']
const NEW_LINES = /[\n\r]/

/** Errors of the texts, and apart from them those of compiling. `uncorrelated`: above here, where an update cannot tell what was before. */
export function validateRulesOf(schema: JsonSchema, at: Path, isRoot: boolean, uncorrelated: Path | null): readonly [Errors, Errors] {
  const rules = schema['x-kubernetes-validations'] ?? []
  if (rules.length === 0) return [NONE, NONE]
  const place = at.child('x-kubernetes-validations')
  return [
    rules.flatMap((rule, i) => validateText(rule, schema, place.index(i))),
    rules.flatMap((rule, i) => validateCompiled(rule, schema, place.index(i), isRoot, uncorrelated)),
  ]
}

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

function validateCompiled(rule: ValidationRule, schema: JsonSchema, at: Path, isRoot: boolean, uncorrelated: Path | null): Errors {
  const { self, structs } = celTypesOf(schema, isRoot)
  const declared = { self, oldSelf: rule.optionalOldSelf ? 'dyn' : self }
  const compiled = compileCel(rule.rule ?? '', declared, structs)
  const shown = internalRule(rule)
  const failed = problemOf(compiled, 'bool', 'compilation failed: ', 'cel expression must evaluate to a bool')
  const told = rule.messageExpression && failed === null ? compileCel(rule.messageExpression, declared, structs) : null
  const untold = told && problemOf(told, 'string', 'messageExpression compilation failed: ', 'messageExpression must evaluate to a string')
  const compares = 'tree' in compiled && mentions(compiled.tree, 'oldSelf')
  return [
    ...(failed === null ? NONE : wrong(at.child('rule'), shown, failed)),
    ...(untold ? wrong(at.child('messageExpression'), shown, untold) : NONE),
    ...(compares && uncorrelated
      ? wrong(
          at.child('rule'),
          rule.rule,
          `oldSelf cannot be used on the uncorrelatable portion of the schema within ${String(uncorrelated)}`,
        )
      : NONE),
    ...(!compares && failed === null && rule.optionalOldSelf !== undefined
      ? wrong(at.child('optionalOldSelf'), rule.optionalOldSelf, 'may not be set if oldSelf is not used in rule')
      : NONE),
  ]
}

function problemOf(compiled: Compiled, type: string, head: string, mistyped: string): string | null {
  if ('error' in compiled) return head + compiled.error
  return compiled.type === type || compiled.type === 'dyn' ? null : mistyped
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
