// Environment variables of a container: their names, and where their values come from.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (ValidateEnv, validateEnvVarValueFrom, ValidateEnvFrom)

import type { JsonObject } from '../../object'
import { dnsSubdomainErrors, maxLength } from '../../validation/names'
import { missing, named, NONE, oneOf, unsupported, wrong, type Errors, type Path, type Validate } from '../../validation/rules'
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
  const field = (from.fieldRef as JsonObject | undefined)?.fieldPath as string | undefined
  const resource = (from.resourceFieldRef as JsonObject | undefined)?.resource as string | undefined
  return [
    ...(field === undefined ? NONE : validateField(field, at.child('fieldRef', 'fieldPath'))),
    ...(resource?.includes('hugepages-') ? NONE : oneOf(resource, RESOURCES, at.child('resourceFieldRef', 'resource'))),
    ...(['configMapKeyRef', 'secretKeyRef'] as const).flatMap((name) =>
      from[name] ? keyRef(from[name] as JsonObject, at.child(name)) : NONE,
    ),
    ...(sources.length === 0
      ? wrong(at, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`')
      : NONE),
    ...(env.value ? wrong(at, '', 'may not be specified when `value` is not empty') : NONE),
    ...(sources.length > 1 ? wrong(at, '', 'may not have more than one field specified at a time') : NONE),
  ]
}

function validateField(path: string, at: Path): Errors {
  if (/^metadata\.(labels|annotations)\['.+'\]$/.test(path) || FIELDS.includes(path)) return NONE
  return OTHER_FIELDS.has(path)
    ? unsupported(at, path, FIELDS)
    : wrong(at, path, `error converting fieldPath: field label not supported: ${path}`)
}

function keyRef(ref: JsonObject, at: Path): Errors {
  const key = (ref.key ?? '') as string
  return [
    ...(ref.name ? named(ref.name as string, at.child('name'), dnsSubdomainErrors) : NONE),
    ...(key === ''
      ? missing(at.child('key'))
      : [
          ...(key.length > 253 ? wrong(at.child('key'), key, maxLength(253)) : NONE),
          ...(/^[-._a-zA-Z0-9]+$/.test(key) ? NONE : wrong(at.child('key'), key, CONFIG_KEY_TEXT)),
        ]),
  ]
}
