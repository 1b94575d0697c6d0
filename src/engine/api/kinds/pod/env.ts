// Environment variables of a container: their names, and where their values come from.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (ValidateEnv, validateEnvVarValueFrom, ValidateEnvFrom)

import type { JsonObject } from '../../object'
import { labelKeyErrors } from '../../validation/labels'
import { dnsLabelErrors, dnsSubdomainErrors, maxLength } from '../../validation/names'
import { missing, named, NONE, unsupported, wrong, type Errors, type Path, type Validate } from '../../validation/rules'
import { withoutBacksteps } from './paths'
import type { EnvVar } from './types'

const ENV_NAME = /^[ -<>-~]+$/
const ENV_TEXT = "a valid environment variable name must consist only of printable ASCII characters other than '='"
const CONFIG_KEY_TEXT =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
const FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]
/** Fields that can be named but not put into a variable. */
const OTHER_FIELDS = new Set(['metadata.labels', 'metadata.annotations', 'spec.restartPolicy', 'spec.schedulerName', 'status.phase'])
const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
]

export const validateEnv: Validate<EnvVar> = (env, at) => [
  ...(env.name ? envName(env.name, at.child('name')) : missing(at.child('name'))),
  ...(env.valueFrom ? validateSource(env, env.valueFrom, at.child('valueFrom')) : NONE),
]

/** `envFrom`: every key of a ConfigMap or Secret becomes a variable. Upstream names the list, not the item, when a source is missing. */
export const validateEnvFrom = (source: JsonObject, at: Path, list: Path): Errors => {
  const { prefix, configMapRef, secretRef } = source as { prefix?: string; configMapRef?: JsonObject; secretRef?: JsonObject }
  return [
    ...(prefix ? envName(prefix, at.child('prefix')) : NONE),
    ...(configMapRef ? refName(configMapRef, at.child('configMapRef')) : NONE),
    ...(secretRef ? refName(secretRef, at.child('secretRef')) : NONE),
    ...(!configMapRef && !secretRef ? wrong(list, '', 'must specify one of: `configMapRef` or `secretRef`') : NONE),
    ...(configMapRef && secretRef ? wrong(list, '', 'may not have more than one field specified at a time') : NONE),
  ]
}

function envName(name: string, at: Path): Errors {
  return ENV_NAME.test(name) ? NONE : wrong(at, name, ENV_TEXT)
}

function refName(ref: JsonObject, at: Path): Errors {
  return ref.name ? named(ref.name as string, at.child('name'), dnsSubdomainErrors) : missing(at.child('name'))
}

function validateSource(env: EnvVar, from: JsonObject, at: Path): Errors {
  const sources = Object.keys(from)
  const { fieldRef, resourceFieldRef, fileKeyRef } = from as Readonly<Record<string, JsonObject | undefined>>
  return [
    ...(fieldRef ? validateFieldRef(fieldRef, at.child('fieldRef'), FIELDS) : NONE),
    ...(resourceFieldRef ? validateResourceField(resourceFieldRef, at.child('resourceFieldRef'), false) : NONE),
    ...(['configMapKeyRef', 'secretKeyRef'] as const).flatMap((name) =>
      from[name] ? keyRef(from[name] as JsonObject, at.child(name)) : NONE,
    ),
    ...(fileKeyRef ? fileRef(fileKeyRef, at.child('fileKeyRef')) : NONE),
    ...(sources.length === 0
      ? wrong(at, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`')
      : NONE),
    ...(sources.length > 0 && env.value ? wrong(at, '', 'may not be specified when `value` is not empty') : NONE),
    ...(sources.length > 1 && !env.value ? wrong(at, '', 'may not have more than one field specified at a time') : NONE),
  ]
}

export function validateFieldRef({ fieldPath = '', apiVersion }: JsonObject, at: Path, allowed: readonly string[]): Errors {
  const place = at.child('fieldPath')
  return fieldPath !== '' && apiVersion !== 'v1'
    ? wrong(place, fieldPath, `error converting fieldPath: unsupported pod version: ${String(apiVersion)}`)
    : validateFieldPath(fieldPath as string, place, allowed)
}

/** A field of the Pod that is named by its path; `allowed` may be put where it is wanted. */
function validateFieldPath(path: string, at: Path, allowed: readonly string[]): Errors {
  if (path === '') return missing(at)
  const subscript = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path)
  if (subscript) return named(subscript[1] === 'labels' ? subscript[2]! : subscript[2]!.toLowerCase(), at.parent(), labelKeyErrors)
  if (allowed.includes(path)) return NONE
  return OTHER_FIELDS.has(path) || FIELDS.includes(path)
    ? unsupported(at, path, allowed)
    : wrong(at, path, `error converting fieldPath: field label not supported: ${path}`)
}

const DIVISORS = /^1(k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/

/** Of a container's own resources; in a volume the container must be named. */
export function validateResourceField(ref: JsonObject, at: Path, inVolume: boolean): Errors {
  const { resource = '', containerName = '', divisor = '0' } = ref as { resource?: string; containerName?: string; divisor?: string }
  const known = RESOURCES.includes(resource) || /^(limits|requests)\.hugepages-/.test(resource)
  const bad =
    inVolume && containerName === ''
      ? missing(at.child('containerName'))
      : resource === ''
        ? missing(at.child('resource'))
        : known
          ? NONE
          : unsupported(at.child('resource'), resource, RESOURCES)
  const cpu = resource.endsWith('.cpu')
  const divides = divisor === '0' || !known || (cpu ? divisor === '1' || divisor === '1m' : DIVISORS.test(divisor))
  return [...bad, ...(divides ? NONE : wrong(at.child('divisor'), resource, divisorText(resource)))]
}

function divisorText(resource: string): string {
  const only = (values: string, what: string) => `only divisor's values ${values} are supported with the ${what} resource`
  if (resource.endsWith('.cpu')) return only('1m and 1', 'cpu')
  const what = resource.includes('hugepages-') ? 'hugepages' : resource.endsWith('.memory') ? 'memory' : 'local ephemeral storage'
  return only('1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei', what)
}

/** A variable from a file that another container wrote. */
function fileRef(ref: JsonObject, at: Path): Errors {
  const { key = '', volumeName = '', path = '' } = ref as { key?: string; volumeName?: string; path?: string }
  return [
    ...(key ? envName(key, at.child('key')) : missing(at.child('key'))),
    ...(volumeName ? named(volumeName, at.child('volumeName'), dnsLabelErrors) : missing(at.child('volumeName'))),
    ...(path ? withoutBacksteps(path, at.child('path')) : missing(at.child('path'))),
  ]
}

function keyRef(ref: JsonObject, at: Path): Errors {
  const key = (ref.key ?? '') as string
  return [
    ...named((ref.name ?? '') as string, at.child('name'), dnsSubdomainErrors),
    ...(key === ''
      ? missing(at.child('key'))
      : [
          ...(key.length > 253 ? wrong(at.child('key'), key, maxLength(253)) : NONE),
          ...(/^[-._a-zA-Z0-9]+$/.test(key) ? NONE : wrong(at.child('key'), key, CONFIG_KEY_TEXT)),
        ]),
  ]
}
