// What a MutatingAdmissionPolicy may say: its expressions compile and make a configuration or a patch.
// Upstream: kubernetes pkg/apis/admissionregistration/validation/validation.go (validateMutatingAdmissionPolicySpec)

import type { CelScope } from '../../cel/check'
import type { ApiObject, JsonObject } from '../../object'
import { missing, NONE, oneOf, Path, required, unsupported, wrong, type Errors } from '../../validation/rules'
import { policyScope, validatePolicyRules, type PolicySpec } from '../admissionPolicies'
import { validateExpression } from '../admissionRules'

export interface Mutation extends JsonObject {
  readonly patchType?: string
  readonly applyConfiguration?: { readonly expression?: string }
  readonly jsonPatch?: { readonly expression?: string }
}

export interface MutatingAdmissionPolicy extends ApiObject {
  readonly spec: PolicySpec & { readonly reinvocationPolicy?: string; readonly mutations?: readonly Mutation[] }
}

const REINVOCATION = ['IfNeeded', 'Never']
const PATCHES = ['ApplyConfiguration', 'JSONPatch']

export function validateMutatingPolicy({ spec }: MutatingAdmissionPolicy): Errors {
  const at = Path.root('spec')
  const { reinvocationPolicy, mutations = [] } = spec
  const scope = policyScope(spec)
  return [
    ...validatePolicyRules(spec, at),
    ...(mutations.length === 0 ? missing(at.child('mutations'), 'mutations must contain at least one item') : NONE),
    ...mutations.flatMap((mutation, i) => validateMutation(mutation, at.child('mutations').index(i), scope)),
    ...required(reinvocationPolicy, at.child('reinvocationPolicy')),
    ...(reinvocationPolicy ? oneOf(reinvocationPolicy, REINVOCATION, at.child('reinvocationPolicy')) : NONE),
  ]
}

function validateMutation({ patchType = '', applyConfiguration, jsonPatch }: Mutation, at: Path, scope: CelScope): Errors {
  if (patchType === '') return missing(at.child('patchType'))
  if (!PATCHES.includes(patchType)) return unsupported(at.child('patchType'), patchType, PATCHES)
  const applies = patchType === 'ApplyConfiguration'
  const [own, ownField, other, otherField] = applies
    ? [applyConfiguration, 'applyConfiguration', jsonPatch, 'jsonPatch']
    : [jsonPatch, 'jsonPatch', applyConfiguration, 'applyConfiguration']
  const known = {
    names: { ...scope.names, Object: 'type', JSONPatch: 'type' },
    structs: { ...scope.structs, JSONPatch: { op: 'string', path: 'string', from: 'string', value: 'dyn' } },
  }
  const place = at.child(ownField as string)
  return [
    ...(own
      ? validateExpression((own as { readonly expression?: string }).expression ?? '', place.child('expression'), known, [
          applies ? 'Object' : 'list(JSONPatch)',
        ])
      : missing(place, `must be specified when patchType is ${patchType}`)),
    ...(other
      ? wrong(at.child(otherField as string), `{${otherField as string}}`, `must not be specified when patchType is ${patchType}`)
      : NONE),
  ]
}
