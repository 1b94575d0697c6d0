// Parameters of admission policies: the kind that a policy names, and the objects that a binding points to.
// Upstream: kubernetes pkg/apis/admissionregistration/validation/validation.go (validateParamKind, validateParamRef)

import { parseGroupVersion, type JsonObject } from '../object'
import { validateLabelSelector, type SelectorObject } from '../validation/labelSelector'
import { dns1035LabelErrors, dnsSubdomainErrors, pathSegmentErrors } from '../validation/names'
import { missing, named, notAllowed, NONE, oneOf, wrong, type Errors, type Path } from '../validation/rules'
import { groupVersionErrors, kindNameErrors } from '../validation/typeMeta'

export interface ParamKind extends JsonObject {
  readonly apiVersion?: string
  readonly kind?: string
}

export interface ParamRef extends JsonObject {
  readonly name?: string
  readonly namespace?: string
  readonly selector?: SelectorObject
  readonly parameterNotFoundAction?: string
}

export const validateParamKind = (param: ParamKind | undefined, at: Path): Errors =>
  param
    ? [
        ...versionErrors(param.apiVersion, at.child('apiVersion')),
        ...(param.kind ? kindNameErrors(param.kind, at.child('kind')) : missing(at.child('kind'))),
      ]
    : NONE

function versionErrors(apiVersion: string | undefined, at: Path): Errors {
  if (!apiVersion) return missing(at)
  const unparsable = groupVersionErrors(apiVersion, at)
  if (unparsable.length > 0) return unparsable
  const { group, version } = parseGroupVersion(apiVersion)
  return [
    ...(group ? joined(group, at, dnsSubdomainErrors(group)) : NONE),
    ...(version ? joined(version, at, dns1035LabelErrors(version)) : wrong(at, apiVersion, 'version must be specified')),
  ]
}

const joined = (value: string, at: Path, texts: readonly string[]): Errors => (texts.length > 0 ? wrong(at, value, texts.join(',')) : NONE)

export function validateParamRef(ref: ParamRef | undefined, at: Path): Errors {
  if (!ref) return NONE
  const { name = '', selector, parameterNotFoundAction } = ref
  const [action, both] = [at.child('parameterNotFoundAction'), name !== '' && selector !== undefined]
  const exclusive = (field: string) => (both ? notAllowed(at.child(field), 'name and selector are mutually exclusive') : NONE)
  return [
    ...named(name, at.child('name'), pathSegmentErrors),
    ...exclusive('name'),
    ...validateLabelSelector(selector, at.child('selector')),
    ...exclusive('selector'),
    ...(name === '' && selector === undefined ? missing(at, 'one of name or selector must be specified') : NONE),
    ...(parameterNotFoundAction ? oneOf(parameterNotFoundAction, ['Deny', 'Allow'], action) : missing(action)),
  ]
}
