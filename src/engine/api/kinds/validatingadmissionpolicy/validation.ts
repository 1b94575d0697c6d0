// What a ValidatingAdmissionPolicy may say: its expressions compile, its rules name something.
// Upstream: kubernetes pkg/apis/admissionregistration/validation/validation.go (validateValidatingAdmissionPolicySpec)

import type { CelScope } from '../../cel/check'
import type { ApiObject, JsonObject } from '../../object'
import { labelKeyErrors } from '../../validation/labels'
import { each, missing, named, NONE, oneOf, Path, wrong, type Errors } from '../../validation/rules'
import { policyScope, validatePolicyRules, type PolicySpec } from '../admissionPolicies'
import { validateExpression } from '../admissionRules'

export interface PolicyValidation extends JsonObject {
  readonly expression?: string
  readonly message?: string
  readonly messageExpression?: string
  readonly reason?: string
}

export interface ValidatingAdmissionPolicy extends ApiObject {
  readonly spec: PolicySpec & {
    readonly validations?: readonly PolicyValidation[]
    readonly auditAnnotations?: readonly { readonly key?: string; readonly valueExpression?: string }[]
  }
}

const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge']
const NOTHING = 'validations or auditAnnotations must contain at least one item'

export function validatePolicy({ metadata, spec }: ValidatingAdmissionPolicy): Errors {
  const at = Path.root('spec')
  const { validations = [], auditAnnotations = [] } = spec
  const scope = policyScope(spec)
  return [
    ...validatePolicyRules(spec, at),
    ...(validations.length + auditAnnotations.length === 0
      ? [...missing(at.child('validations'), NOTHING), ...missing(at.child('auditAnnotations'), NOTHING)]
      : NONE),
    ...each(validations, at.child('validations'), (validation, place) => validateOne(validation, place, scope)),
    ...each(auditAnnotations, at.child('auditAnnotations'), ({ key = '', valueExpression = '' }, place) => [
      // The key that is audited begins with the policy's name.
      ...named(`${metadata.name ?? ''}/${key}`, place.child('key'), labelKeyErrors),
      ...validateExpression(
        valueExpression,
        place.child('valueExpression'),
        scope,
        ['string', 'null_type'],
        'valueExpression is not specified',
      ),
    ]),
  ]
}

function validateOne(validation: PolicyValidation, at: Path, scope: CelScope): Errors {
  const { expression = '', message = '', messageExpression = '', reason } = validation
  return [
    ...validateExpression(expression, at.child('expression'), scope, ['bool'], 'expression is not specified'),
    ...(messageExpression === ''
      ? NONE
      : messageExpression.trim() === ''
        ? wrong(at.child('messageExpression'), messageExpression, 'must be non-empty if specified')
        : validateExpression(messageExpression, at.child('messageExpression'), scope, ['string'])),
    ...(message !== '' && message.trim() === ''
      ? wrong(at.child('message'), message, 'must be non-empty if specified')
      : /[\n\r]/.test(message.trim())
        ? wrong(at.child('message'), message, 'must not contain line breaks')
        : NONE),
    ...oneOf(reason, REASONS, at.child('reason')),
  ]
}
