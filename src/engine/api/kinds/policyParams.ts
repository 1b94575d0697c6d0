// Parameters of admission policies: the kind that a policy names, and the objects that a binding points to.
// Upstream: kubernetes pkg/apis/admissionregistration/validation/validation.go (validateParamKind, validateParamRef)

import type { JsonObject } from '../object'
import { validateLabelSelector, type SelectorObject } from '../validation/labelSelector'
import { missing, notAllowed, NONE, required, type Errors, type Path } from '../validation/rules'

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

/** As tables show it. */
export const paramRefText = (ref: ParamRef | undefined) =>
  ref ? (ref.name ? `${ref.namespace ? `${ref.namespace}/` : '*/'}${ref.name}` : '*/') : '<unset>'

export const validateParamKind = (param: ParamKind | undefined, at: Path): Errors =>
  param ? [...required(param.apiVersion, at.child('apiVersion')), ...required(param.kind, at.child('kind'))] : NONE

export function validateParamRef(ref: ParamRef | undefined, at: Path): Errors {
  if (!ref) return NONE
  const { name = '', selector, parameterNotFoundAction } = ref
  const both = name !== '' && selector !== undefined
  return [
    ...(both
      ? [
          ...notAllowed(at.child('name'), 'name and selector are mutually exclusive'),
          ...notAllowed(at.child('selector'), 'name and selector are mutually exclusive'),
        ]
      : NONE),
    ...(name === '' && selector === undefined ? missing(at, 'one of name or selector must be specified') : NONE),
    ...validateLabelSelector(selector, at.child('selector')),
    ...required(parameterNotFoundAction, at.child('parameterNotFoundAction')),
  ]
}
