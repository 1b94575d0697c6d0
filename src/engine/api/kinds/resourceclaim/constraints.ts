// What holds between the requests of a claim, and what drivers are told of them.
// Upstream: kubernetes pkg/apis/resource/validation/validation.go (validateDeviceConstraint, validateDeviceConfiguration), v1.37

import { byteLength } from '../../../base/byteLength'
import { goJson, isObject, type Json } from '../../../base/json'
import type { JsonObject } from '../../object'
import { dnsLabelErrors, regexError } from '../../validation/names'
import { missing, named, NONE, tooLong, wrong, type Errors, type Path } from '../../validation/rules'
import { validateDriverName } from '../volumeSources'
import { setOf, upTo } from './lists'

export interface Constraint extends JsonObject {
  readonly requests?: readonly string[]
  readonly matchAttribute?: string
  readonly distinctAttribute?: string
}
export interface Configuration extends JsonObject {
  readonly requests?: readonly string[]
  readonly opaque?: { readonly driver?: string; readonly parameters?: Json }
}

const MOST = 32
const LONGEST_ID = 32
const LONGEST_PARAMETERS = 10 * 1024
const ONE_OF = 'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set'
const A_REQUEST = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'"

/** `names`: those of the requests, with the ones of their alternatives (`gpu`, `gpu/large`). */
export const validateConstraints = (constraints: readonly Constraint[] | undefined, at: Path, names: ReadonlySet<string>): Errors =>
  upTo(MOST, constraints, at, ({ requests, matchAttribute, distinctAttribute }, place) => [
    ...validateReferences(requests, place.child('requests'), names),
    ...(matchAttribute !== undefined
      ? validateAttribute(matchAttribute, place.child('matchAttribute'))
      : distinctAttribute !== undefined
        ? validateAttribute(distinctAttribute, place.child('distinctAttribute'))
        : missing(place, ONE_OF)),
  ])

/** Of a claim, or of a class, which names no requests. */
export const validateConfigurations = (all: readonly Configuration[] | undefined, at: Path, names: ReadonlySet<string>): Errors =>
  upTo(MOST, all, at, ({ requests, opaque }, place) => [
    ...validateReferences(requests, place.child('requests'), names),
    ...(opaque
      ? [
          ...validateDriverName(opaque.driver, place.child('opaque', 'driver')),
          ...validateParameters(opaque.parameters ?? null, place.child('opaque', 'parameters')),
        ]
      : missing(place.child('opaque'))),
  ])

const validateReferences = (requests: readonly string[] | undefined, at: Path, names: ReadonlySet<string>): Errors =>
  setOf(
    MOST,
    requests,
    at,
    (name, place) => {
      const parts = name.split('/')
      if (parts.length > 2) return wrong(place, name, A_REQUEST)
      return [
        ...parts.flatMap((part) => (part === '' ? missing(place) : named(part, place, dnsLabelErrors))),
        ...(names.has(name) ? NONE : wrong(place, name, A_REQUEST)),
      ]
    },
    (name) => name,
  )

/** A domain and a name. */
function validateAttribute(name: string, at: Path): Errors {
  const [first = '', second, ...more] = name.split('/')
  if (more.length > 0) return wrong(at, name, 'must not contain more than one slash')
  if (second === undefined)
    return [...validateIdentifier(first, at), ...wrong(at, name, 'a fully qualified name must be a domain and a name separated by a slash')]
  return [
    ...(first === '' ? wrong(at, '', 'the domain must not be empty') : validateDriverName(first, at)),
    ...(second === '' ? wrong(at, '', 'the name must not be empty') : validateIdentifier(second, at)),
  ]
}

const IDENTIFIER = '[A-Za-z_][A-Za-z0-9_]*'
const NO_IDENTIFIER =
  "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'"

const validateIdentifier = (id: string, at: Path): Errors => [
  ...(id.length > LONGEST_ID ? tooLong(at, LONGEST_ID) : NONE),
  ...(new RegExp(`^${IDENTIFIER}$`).test(id)
    ? NONE
    : wrong(at, id, regexError(NO_IDENTIFIER, IDENTIFIER, ['my_name', 'MY_NAME', 'MyName']))),
]

function validateParameters(value: Json, at: Path): Errors {
  if (value === null) return missing(at)
  if (byteLength(goJson(value)) > LONGEST_PARAMETERS) return tooLong(at, LONGEST_PARAMETERS)
  return isObject(value) ? NONE : wrong(at, '<value omitted>', 'must be a valid JSON object')
}
