// A token for a service account, bound to a Pod, Node or Secret if asked: it is good only as long as that is there.
// Leaves out: a Pod's token of 3607 seconds that in truth lives a year (`--service-account-extend-token-expiration`).
// Upstream: kubernetes pkg/registry/core/serviceaccount/storage/token.go, pkg/apis/authentication/validation

import { goQuote } from '../../api/go/goQuote'
import type { FieldError } from '../../api/errors/fieldErrors'
import { parseGroupVersion, type ApiObject, type JsonObject } from '../../api/object'
import { badRequest, conflict } from '../../api/errors/status'
import { rfc3339 } from '../../api/scalars/time'
import { Path, wrong } from '../../api/validation/rules'
import { invalidFields, missingKey, refusal, type Refusal } from '../refusal'
import type { ServerState } from '../serverState'
import { ISSUER, signToken, type BoundObject } from '../../api/kinds/serviceaccount/tokens'
import type { Answerer } from './answer'

const SHORTEST = 600
const LONGEST = 2 ** 32
/** By kind of the core group: where they are stored, and their resource. */
const BINDABLE = {
  Pod: { storage: 'pods', resource: 'pods', namespaced: true },
  Node: { storage: 'minions', resource: 'nodes', namespaced: false },
  Secret: { storage: 'secrets', resource: 'secrets', namespaced: true },
} as const

interface Reference extends JsonObject {
  readonly kind?: string
  readonly apiVersion?: string
  readonly name?: string
  readonly uid?: string
}

export const tokenRequest: Answerer = ({ info, object }, server) => {
  const { namespace, name } = info
  const { metadata } = object as ApiObject
  const mismatch = namesOther(metadata.name ?? '', name, metadata.namespace ?? '', namespace)
  if (mismatch) return { refusal: invalidFields(GROUP, 'TokenRequest', name, mismatch) }
  const account = server.cached('serviceaccounts', namespace, name)
  if (!account) return { refusal: absent('serviceaccounts', 'serviceaccounts', namespace, name) }
  const { uid = '' } = account.metadata
  if (metadata.uid && metadata.uid !== uid) return { refusal: ofAnother(metadata.uid, uid, name) }
  const spec = ((object as ApiObject).spec ?? {}) as {
    audiences?: readonly string[]
    expirationSeconds?: number
    boundObjectRef?: Reference | null
  }
  const seconds = spec.expirationSeconds ?? 0
  const at = Path.root('spec').child('expirationSeconds')
  const outside =
    seconds < SHORTEST
      ? wrong(at, seconds, 'may not specify a duration less than 10 minutes')
      : seconds > LONGEST
        ? wrong(at, seconds, 'may not specify a duration larger than 2^32 seconds')
        : null
  if (outside) return { refusal: invalidFields(GROUP, 'TokenRequest', '', outside) }
  const ref = spec.boundObjectRef ?? null
  const bound = ref ? boundTo(ref, namespace, name, server) : {}
  if ('refusal' in bound) return bound
  const audiences = spec.audiences && spec.audiences.length > 0 ? spec.audiences : [ISSUER]
  const now = Math.floor(server.io.epochNow / 1000)
  const id = server.io.random.uuid()
  const token = signToken({ namespace, ...identityOf(account), audiences, expires: now + seconds, id, ...bound }, now)
  return {
    metadata: { name, namespace, uid, creationTimestamp: server.nowText },
    spec: { audiences, expirationSeconds: seconds, boundObjectRef: ref },
    status: { token, expirationTimestamp: rfc3339((now + seconds) * 1000) },
  }
}

type Bound = { readonly pod?: BoundObject; readonly node?: BoundObject; readonly secret?: BoundObject }

function boundTo(ref: Reference, namespace: string, account: string, server: ServerState): Bound | { readonly refusal: Refusal } {
  const { group, version } = parseGroupVersion(ref.apiVersion ?? '')
  const { kind = '', name = '', uid = '' } = ref
  if (group !== '' || !Object.hasOwn(BINDABLE, kind)) {
    const shown = `${group}/${version}, Kind=${kind}`
    return {
      refusal: refusal(badRequest(`cannot bind token to object of type ${shown}`), 'boundObject', {
        kind: shown,
        supported: Object.keys(BINDABLE).join(', '),
      }),
    }
  }
  const { storage, resource, namespaced } = BINDABLE[kind as keyof typeof BINDABLE]
  const found = server.cached(storage, namespaced ? namespace : '', name)
  if (!found) return { refusal: absent(storage, resource, namespaced ? namespace : '', name) }
  const { serviceAccountName = '', nodeName = '' } = (found.spec ?? {}) as { serviceAccountName?: string; nodeName?: string }
  if (kind === 'Pod' && serviceAccountName !== account)
    return {
      refusal: refusal(
        badRequest(`cannot bind token for serviceaccount ${goQuote(account)} to pod running with different serviceaccount name.`),
        'boundObject',
        { pod: name, field: 'spec.serviceAccountName', sent: account, stored: serviceAccountName },
      ),
    }
  if (uid !== '' && uid !== found.metadata.uid)
    return {
      refusal: refusal(
        conflict(
          { group: '', resource: kind },
          name,
          `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
        ),
        'precondition',
        { field: 'spec.boundObjectRef.uid', sent: uid, stored: found.metadata.uid ?? '' },
      ),
    }
  if (kind !== 'Pod') return { [kind === 'Node' ? 'node' : 'secret']: identityOf(found) }
  const node = nodeName === '' ? undefined : server.cached('minions', '', nodeName)
  return { pod: identityOf(found), ...(nodeName === '' ? {} : { node: node ? identityOf(node) : { name: nodeName, uid: '' } }) }
}

function namesOther(name: string, account: string, given: string, namespace: string): readonly FieldError[] | null {
  const at = Path.root('metadata')
  if (name !== '' && name !== account) return wrong(at.child('name'), name, 'must match the service account name if specified')
  if (given !== '' && given !== namespace)
    return wrong(at.child('namespace'), given, 'must match the service account namespace if specified')
  return null
}

/** Asked for an account that was there before this one. */
const ofAnother = (sent: string, stored: string, name: string): Refusal =>
  refusal(
    conflict(
      { group: GROUP, resource: 'TokenRequest' },
      name,
      `the UID in the token request (${sent}) does not match the UID of the service account (${stored})`,
    ),
    'precondition',
    { field: 'metadata.uid', sent, stored },
  )

const GROUP = 'authentication.k8s.io'
const absent = (storage: string, resource: string, namespace: string, name: string) =>
  missingKey({ group: '', resource }, name, `/registry/${storage}/${namespace === '' ? '' : `${namespace}/`}${name}`)

const identityOf = ({ metadata }: ApiObject): BoundObject => ({ name: metadata.name ?? '', uid: metadata.uid ?? '' })
