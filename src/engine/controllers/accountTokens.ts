// A Secret of type kubernetes.io/service-account-token is filled with a token of its account, and goes when the account goes.
// Leaves out: the random wait between two tries to take a Secret off an account's list.
// Upstream: kubernetes pkg/controller/serviceaccount/tokens_controller.go

import { CERTIFICATE } from '../api/certificates/certificate'
import {
  ACCOUNT_NAME,
  ACCOUNT_UID,
  isTokenSecret,
  signLegacyToken,
  type ServiceAccount,
  type TokenSecret,
} from '../api/kinds/serviceaccount/tokens'
import type { ApiObject, JsonObject } from '../api/object'
import { base64OfText } from '../base/base64'
import { objectOf } from '../client/answers'
import { read, remove, replace } from '../client/requests'
import { NO_RESYNC, whenSynced } from '../client/sharedInformer'
import { ask, syncQueue, type Outcome, type Sync } from '../client/sync'
import type { StartController } from './controller'

/** What an object was when it was put into a queue: it may be gone by now, or another of its name be there. */
interface AccountKey {
  readonly namespace: string
  readonly name: string
  /** '': whichever has that name. */
  readonly uid: string
}
interface SecretKey {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly account: AccountKey
}

const CA = 'ca.crt'
const OPTIONS = { workers: 5, maxRetries: 10 }
/** So often an account that others write is read again. */
const TRIES = 10

const secretPath = ({ namespace, name }: { readonly namespace: string; readonly name: string }) =>
  `/api/v1/namespaces/${namespace}/secrets/${name}`
const accountPath = ({ namespace, name }: AccountKey) => `/api/v1/namespaces/${namespace}/serviceaccounts/${encodeURIComponent(name)}`
const isThat = ({ metadata }: ApiObject, uid: string) => uid === '' || metadata.uid === uid

export const accountTokensController: StartController = ({ io, client, informers }) => {
  const accounts = informers.of('/api/v1/serviceaccounts')
  const secrets = informers.of('/api/v1/secrets').index('account', tokenOf)

  const known = ({ namespace, name, uid }: AccountKey): ApiObject | null => {
    const account = accounts.get(namespace, name)
    return account && isThat(account, uid) ? account : null
  }

  const accountQueue = syncQueue(
    io,
    client,
    function* (text): Sync<Outcome> {
      const key = JSON.parse(text) as AccountKey
      if (known(key)) return 'done'
      const outcomes: Outcome[] = []
      for (const secret of [...secrets.by('account', `${key.namespace}/${key.name}`)])
        if (['', key.uid].includes(uidOf(secret))) outcomes.push(yield* deleteSecret(keyOf(secret)))
      return outcomes.includes('failed') ? 'failed' : 'done'
    },
    OPTIONS,
  )

  const secretQueue = syncQueue(
    io,
    client,
    function* (text): Sync<Outcome> {
      const key = JSON.parse(text) as SecretKey
      const secret = secrets.get(key.namespace, key.name)
      const cached = known(key.account)
      if (!secret || !isThat(secret, key.uid)) return cached ? yield* takeOffList(key) : 'done'
      const account = cached ?? (yield* lookUp(key.account))
      if (account === 'failed') return 'failed'
      return account ? yield* fill(secret, account) : yield* deleteSecret(key)
    },
    OPTIONS,
  )

  whenSynced([accounts, secrets], () => {
    const lookAt = (account: ApiObject) => {
      const { namespace = '', name = '', uid = '' } = account.metadata
      accountQueue.add(JSON.stringify({ namespace, name, uid } satisfies AccountKey))
    }
    const fillOrDelete = (secret: ApiObject) => {
      const key = keyOf(secret)
      if (isTokenSecret(secret) && key.account.name !== '') secretQueue.add(JSON.stringify(key))
    }
    accounts.listen({ add: lookAt, update: lookAt, delete: lookAt }, NO_RESYNC)
    secrets.listen({ add: fillOrDelete, update: fillOrDelete, delete: fillOrDelete }, NO_RESYNC)
  })
}

const tokenOf = (secret: ApiObject) =>
  isTokenSecret(secret) ? `${secret.metadata.namespace}/${secret.metadata.annotations?.[ACCOUNT_NAME] ?? ''}` : undefined
const uidOf = ({ metadata }: ApiObject) => metadata.annotations?.[ACCOUNT_UID] ?? ''

function keyOf(secret: ApiObject): SecretKey {
  const { namespace = '', name = '', uid = '', annotations } = secret.metadata
  return { namespace, name, uid, account: { namespace, name: annotations?.[ACCOUNT_NAME] ?? '', uid: uidOf(secret) } }
}

/** Of the API server, where the cache has none; null: there is none. */
function* lookUp(key: AccountKey): Sync<ApiObject | 'failed' | null> {
  const answer = yield* ask(read(accountPath(key)))
  if (answer.status === 404) return null
  if (answer.status !== 200) return 'failed'
  const account = objectOf(answer)
  return isThat(account, key.uid) ? account : null
}

/** That secret, and no other of its name. */
function* deleteSecret(key: SecretKey): Sync<Outcome> {
  const { status } = yield* ask(remove(secretPath(key), { preconditions: { uid: key.uid } }))
  return [200, 202, 404, 409].includes(status) ? 'done' : 'failed'
}

const lacks = ({ data = {} }: TokenSecret) => ({
  ca: data[CA] !== base64OfText(CERTIFICATE),
  namespace: !data.namespace,
  token: !data.token,
})

/** Whoever changed it meanwhile is heard of, and it is looked at again. */
function* fill(cached: TokenSecret, account: ApiObject): Sync<Outcome> {
  if (isFull(cached)) return 'done'
  const { namespace = '', name = '', resourceVersion } = cached.metadata
  const path = secretPath({ namespace, name })
  const answer = yield* ask(read(path))
  if (answer.status !== 200) return answer.status === 404 ? 'done' : 'failed'
  const live = objectOf<TokenSecret>(answer)
  if (live.metadata.resourceVersion !== resourceVersion || isFull(live)) return 'done'
  const { name: accountName = '', uid = '' } = account.metadata
  const less = lacks(live)
  const data: JsonObject = {
    ...live.data,
    ...(less.ca ? { [CA]: base64OfText(CERTIFICATE) } : {}),
    ...(less.namespace ? { namespace: base64OfText(namespace) } : {}),
    ...(less.token ? { token: base64OfText(signLegacyToken({ namespace, name: accountName, uid, secretName: name })) } : {}),
  }
  const annotations = { ...live.metadata.annotations, [ACCOUNT_NAME]: accountName, [ACCOUNT_UID]: uid }
  const { status } = yield* ask(replace(path, { ...live, metadata: { ...live.metadata, annotations }, data } as JsonObject))
  return [200, 404, 409].includes(status) ? 'done' : 'failed'
}

const isFull = (secret: TokenSecret) => !Object.values(lacks(secret)).includes(true)

/** An account's list of Secrets does not name one that is gone. */
function* takeOffList({ account: key, name }: SecretKey): Sync<Outcome> {
  for (let tries = 0; tries < TRIES; tries++) {
    const found = yield* lookUp(key)
    if (found === null || found === 'failed') return 'done'
    const account = found as ServiceAccount
    if (!account.secrets?.some((ref) => ref.name === name)) return 'done'
    const left = account.secrets.filter((ref) => ref.name !== name)
    const { status } = yield* ask(replace(accountPath(key), { ...account, secrets: left } as unknown as JsonObject))
    if (status !== 409) return 'done'
  }
  return 'done'
}
