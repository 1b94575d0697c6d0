// What is wrong with a policy's expressions if each kind that the policy names is taken at its word: a field that it does not have, a number
// where a text is wanted. Only a warning: the policy works as if nothing were known of its objects.
// Leaves out: the types of custom resources.
// Upstream: apiserver pkg/admission/plugin/policy/validating/typechecking.go

import { compileCel, type CelScope } from '../../api/cel/check'
import { structsOf } from '../../api/cel/schemaTypes'
import type { Kind } from '../../api/kind'
import { policyScope } from '../../api/kinds/admissionPolicies'
import { builtinKinds } from '../../api/kinds/builtin'
import type { ValidatingAdmissionPolicy } from '../../api/kinds/validatingadmissionpolicy/validation'
import { groupVersion, type JsonObject } from '../../api/object'

export interface ExpressionWarning extends JsonObject {
  readonly fieldRef: string
  readonly warning: string
}

/** A rule that names so many kinds is the last that is looked at. */
const MOST_KINDS = 10

/** `mark` makes names of types unlike all others, as upstream's nanoseconds do. */
export function typeWarnings({ spec }: ValidatingAdmissionPolicy, mark: string): readonly ExpressionWarning[] {
  const scopes = kindsOf(spec).map((kind) => [kind, scopeOf(spec, kind, mark)] as const)
  return (spec.validations ?? []).flatMap(({ expression = '', messageExpression = '' }, i) =>
    Object.entries({ expression, messageExpression }).flatMap(([field, text]) => {
      const warnings = text === '' ? [] : scopes.flatMap(([kind, scope]) => warningsOf(text, kind, scope))
      return warnings.length > 0 ? [{ fieldRef: `spec.validations[${i}].${field}`, warning: warnings.join('\n') }] : []
    }),
  )
}

function warningsOf(text: string, { group, version, kind }: Kind, scope: CelScope): readonly string[] {
  const compiled = compileCel(text, scope)
  return 'error' in compiled ? [`${group}/${version}, Kind=${kind}: ${compiled.error}\n`] : []
}

type Spec = ValidatingAdmissionPolicy['spec']

function scopeOf(spec: Spec, kind: Kind, mark: string): CelScope {
  const object = `${kind.kind}${mark}`
  const { paramKind } = spec
  const params = builtinKinds.find((k) => k.kind === paramKind?.kind && groupVersion(k.group, k.version) === paramKind.apiVersion)
  const paramsType = params && `${params.kind}${mark}.params`
  return policyScope(spec, {
    names: { object, oldObject: object, ...(paramsType ? { params: paramsType } : {}) },
    structs: { ...structsOf(kind.schema, object), ...(paramsType ? structsOf(params.schema, paramsType) : {}) },
  })
}

/** Those that its rules name without an asterisk, in order. */
function kindsOf({ matchConstraints }: Spec): readonly Kind[] {
  const found = new Set<Kind>()
  for (const { apiGroups = [], apiVersions = [], resources = [] } of matchConstraints?.resourceRules ?? []) {
    if ([...apiGroups, ...apiVersions].some((name) => name.includes('*'))) continue
    let count = 0
    for (const group of [...apiGroups].sort())
      for (const version of [...apiVersions].sort())
        for (const resource of resources.filter((name) => !/[*/]/.test(name)).sort())
          for (const kind of kindsFor(group, version, resource)) {
            found.add(kind)
            if (++count === MOST_KINDS) return inOrder(found)
          }
  }
  return inOrder(found)
}

const inOrder = (kinds: Iterable<Kind>): readonly Kind[] =>
  [...kinds].sort((a, b) => compare(a.group, b.group) || compare(a.version, b.version) || compare(a.kind, b.kind))

/** The core group counts as no group: upstream's mapper then looks in all. */
const kindsFor = (group: string, version: string, resource: string): readonly Kind[] =>
  builtinKinds.filter((k) => k.resource === resource && k.version === version && k.storage && (group === '' || k.group === group))

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
