// What a ValidatingAdmissionPolicy may say: its expressions compile, its rules name something.
// Upstream: kubernetes pkg/apis/admissionregistration/validation/validation.go (validateValidatingAdmissionPolicySpec)

import type { CelScope } from '../../cel/check'
import type { ApiObject, JsonObject } from '../../object'
import { validateConditions, type Condition } from '../../validation/conditions'
import { labelKeyErrors } from '../../validation/labels'
import { each, missing, named, NONE, oneOf, Path, repeated, required, wrong, type Errors } from '../../validation/rules'
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
  readonly status?: {
    readonly observedGeneration?: number | bigint
    readonly conditions?: readonly Condition[]
    readonly typeChecking?: { readonly expressionWarnings?: readonly { readonly fieldRef?: string; readonly warning?: string }[] }
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
    ...auditAnnotations.flatMap(({ key = '', valueExpression = '' }, i) => {
      const place = at.child('auditAnnotations').index(i)
      return [
        // The key that is audited begins with the policy's name.
        ...named(`${metadata.name ?? ''}/${key}`, place.child('key'), labelKeyErrors),
        ...validateExpression(
          valueExpression,
          place.child('valueExpression'),
          scope,
          ['string', 'null_type'],
          'valueExpression is not specified',
        ),
        ...(auditAnnotations.findIndex((a) => (a.key ?? '') === key) < i ? repeated(place.child('key'), key) : NONE),
      ]
    }),
  ]
}

export function validatePolicyStatus({ status = {} }: ValidatingAdmissionPolicy): Errors {
  const at = Path.root('status')
  return [
    ...each(
      status.typeChecking?.expressionWarnings,
      at.child('typeChecking', 'expressionWarnings'),
      ({ fieldRef = '', warning }, place) => [
        ...required(warning, place.child('warning')),
        ...required(fieldRef.trim(), place.child('fieldRef')),
      ],
    ),
    ...validateConditions(status.conditions, at.child('conditions')),
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
