// ServiceAccount, v1, and its subresource `token`.
// Upstream: kubernetes pkg/registry/core/serviceaccount

import type { Kind } from '../../kind'
import type { ApiObject, JsonObject } from '../../object'
import { ageColumn, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

function withExpiration(object: ApiObject): ApiObject {
  const spec = (object.spec ?? {}) as JsonObject
  return spec.expirationSeconds === undefined || spec.expirationSeconds === null
    ? { ...object, spec: { ...spec, expirationSeconds: 3600 } }
    : object
}

const MOUNTABLE = 'kubernetes.io/enforce-mountable-secrets'
const MOUNTABLE_TEXT = `metadata.annotations[${MOUNTABLE}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`

const isMountable = ({ metadata }: ApiObject) => metadata.annotations?.[MOUNTABLE] !== undefined

/** Of a Secret only its name is kept. */
function withBareSecrets(object: ApiObject): ApiObject {
  const secrets = object.secrets as readonly JsonObject[] | undefined
  if (!secrets) return object
  return { ...object, secrets: secrets.map(({ name }) => (name === undefined ? {} : { name })) }
}

export const serviceAccount: Kind = {
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  resource: 'serviceaccounts',
  singular: 'serviceaccount',
  shortNames: ['sa'],
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'serviceaccounts',
  schema: types.struct('ServiceAccount'),
  returnsDeletedObject: true,
  warnings: (object, old) => (isMountable(object) && !(old && isMountable(old)) ? [MOUNTABLE_TEXT] : []),
  prepareForCreate: withBareSecrets,
  prepareForUpdate: withBareSecrets,
  subresources: {
    token: {
      verbs: ['create'],
      kind: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' },
      schema: types.struct('TokenRequest'),
      defaults: withExpiration,
    },
  },
  columns: [nameColumn, ageColumn],
}
