// Secret, v1. What a client writes as stringData is stored as data.
// Upstream: kubernetes pkg/registry/core/secret, pkg/apis/core/validation (ValidateSecret)

import { base64Length, base64OfText, textOfBase64 } from '../../../base/base64'
import { isObject, own } from '../../../base/json'
import { jsonType } from '../../serializer/decodeError'
import type { Kind } from '../../kind'
import type { ApiObject } from '../../object'
import { parseJson } from '../../serializer/parseJson'
import { keyPairErrors } from '../../certificates/pem'
import { missing, NONE, Path, tooLong, wrong, type Errors } from '../../validation/rules'
import { dataKeyErrors } from '../configmap/dataKeys'
import { immutableErrors } from '../configmap/immutable'
import { ageColumn, column, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

interface Secret extends ApiObject {
  readonly data?: Readonly<Record<string, string>>
  readonly stringData?: Readonly<Record<string, string>>
  readonly type?: string
}

const MAX_SIZE = 1024 * 1024
const asSecret = (object: ApiObject) => object as Secret
const SSH_KEY = 'ssh-privatekey'
/** Keys that a type asks for; that of SSH may not be empty either. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': [SSH_KEY],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
}

/** Types whose one key holds JSON. */
const DOCKER = new Set(['kubernetes.io/dockercfg', 'kubernetes.io/dockerconfigjson'])

function withDefaults(object: ApiObject): ApiObject {
  const { stringData, ...secret } = asSecret(object)
  const encoded = Object.fromEntries(Object.entries(stringData ?? {}).map(([k, v]) => [k, base64OfText(v)]))
  return { type: 'Opaque', ...secret, ...(stringData ? { data: { ...secret.data, ...encoded } } : {}) } as ApiObject
}

function validate(object: ApiObject): Errors {
  const { data = {}, type = '' } = asSecret(object)
  const at = Path.root('data')
  const size = Object.values(data).reduce((sum, value) => sum + base64Length(value), 0)
  return [
    ...Object.keys(data).flatMap((key) => dataKeyErrors(key, at)),
    ...(size > MAX_SIZE ? tooLong(at, MAX_SIZE) : NONE),
    ...(own(REQUIRED, type) ?? []).flatMap((key) =>
      Object.hasOwn(data, key) && (key !== SSH_KEY || data[key] !== '') ? NONE : missing(at.key(key)),
    ),
    ...(type === 'kubernetes.io/service-account-token' && !object.metadata.annotations?.['kubernetes.io/service-account.name']
      ? missing(Path.root('metadata').child('annotations').key('kubernetes.io/service-account.name'))
      : NONE),
    ...(type === 'kubernetes.io/basic-auth' && !Object.hasOwn(data, 'username') && !Object.hasOwn(data, 'password')
      ? [...missing(at.key('username')), ...missing(at.key('password'))]
      : NONE),
    ...dockerConfigErrors(data, type, at),
  ]
}

/** Registries' passwords are JSON: an object, whatever is in it. */
function dockerConfigErrors(data: Readonly<Record<string, string>>, type: string, at: Path): Errors {
  const [key = ''] = DOCKER.has(type) ? REQUIRED[type]! : []
  if (!Object.hasOwn(data, key)) return NONE
  const parsed = parseJson(textOfBase64(data[key]!))
  const error =
    'error' in parsed
      ? parsed.error
      : parsed.value !== null && !isObject(parsed.value)
        ? `json: cannot unmarshal ${jsonType(parsed.value)} into Go value of type map[string]interface {}`
        : ''
  return error ? wrong(at.key(key), '<secret contents redacted>', error) : NONE
}

export const secret: Kind = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  resource: 'secrets',
  singular: 'secret',
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'secrets',
  watchedBy: 'metadata.name',
  schema: types.struct('Secret'),
  defaults: withDefaults,
  validate,
  validateUpdate: (object, old) => [
    ...(asSecret(object).type === asSecret(old).type ? NONE : wrong(Path.root('type'), asSecret(object).type ?? '', 'field is immutable')),
    ...immutableErrors(object, old, ['data']),
    ...validate(object),
  ],
  warnings: (object) => {
    const { type, data = {} } = asSecret(object)
    return type === 'kubernetes.io/tls' ? keyPairErrors(textOfBase64(data['tls.crt'] ?? ''), textOfBase64(data['tls.key'] ?? '')) : []
  },
  fieldSelectors: { type: (object) => asSecret(object).type ?? '' },
  columns: [
    nameColumn,
    column(
      'Type',
      'Used to facilitate programmatic handling of secret data. More info: https://kubernetes.io/docs/concepts/configuration/secret/#secret-types',
      (o) => asSecret(o).type ?? '',
    ),
    column(
      'Data',
      "Data contains the secret data. Each key must consist of alphanumeric characters, '-', '_' or '.'. The serialized form of the secret data is a base64 encoded string, representing the arbitrary (possibly non-string) data value here. Described in https://tools.ietf.org/html/rfc4648#section-4",
      (o) => Object.keys(asSecret(o).data ?? {}).length,
    ),
    ageColumn,
  ],
}
