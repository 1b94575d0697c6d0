import { beforeEach, expect, it } from 'vitest'
import { CERTIFICATE } from '../api/certificates/certificate'
import type { ApiObject } from '../api/object'
import { base64OfText, textOfBase64 } from '../base/base64'
import type { Cluster } from '../cluster/types'
import { ask, get, post } from '../testing/ask'
import { admin, aWholeCluster, person } from '../testing/builders'
import { erase, merge } from '../testing/workloads'

const SECRETS = '/api/v1/namespaces/default/secrets'
const ACCOUNTS = '/api/v1/namespaces/default/serviceaccounts'
const REVIEWS = '/apis/authentication.k8s.io/v1/tokenreviews'
const TYPE = 'kubernetes.io/service-account-token'

let cluster: Cluster
beforeEach(() => {
  cluster = aWholeCluster(0)
  post(cluster, ACCOUNTS, { metadata: { name: 'robot' } })
})

const secretFor = (account: string, more: object = {}) => {
  const annotations = { 'kubernetes.io/service-account.name': account }
  post(cluster, SECRETS, { metadata: { name: 'robot-token', annotations }, type: TYPE, ...more })
  cluster.run()
}
const stored = () => get(cluster, `${SECRETS}/robot-token`).body as ApiObject & { readonly data?: Readonly<Record<string, string>> }
const token = () => textOfBase64(stored().data!.token!)
const asRobot = (bearerToken: string) =>
  ask(cluster, { ...person('robot'), credentials: { bearerToken } }, { method: 'GET', path: SECRETS })
const review = (spec: object) => {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec }
  return (post(cluster, REVIEWS, body as never).body as { readonly status: { readonly error?: string; readonly user: object } }).status
}

it('fills a Secret with a token of its account, the namespace and the certificate', () => {
  secretFor('robot')
  const { metadata, data } = stored()
  const { uid } = (get(cluster, `${ACCOUNTS}/robot`).body as ApiObject).metadata
  expect(metadata.annotations).toEqual({
    'kubernetes.io/service-account.name': 'robot',
    'kubernetes.io/service-account.uid': uid,
  })
  expect(data).toEqual({ 'ca.crt': base64OfText(CERTIFICATE), namespace: base64OfText('default'), token: data!.token })
  expect(JSON.parse(atob(token().split('.')[1]!))).toEqual({
    iss: 'kubernetes/serviceaccount',
    'kubernetes.io/serviceaccount/namespace': 'default',
    'kubernetes.io/serviceaccount/secret.name': 'robot-token',
    'kubernetes.io/serviceaccount/service-account.name': 'robot',
    'kubernetes.io/serviceaccount/service-account.uid': uid,
    sub: 'system:serviceaccount:default:robot',
  })
})

it('keeps what a Secret has already, and fills in the rest', () => {
  secretFor('robot', { data: { token: 'bWluZQ==', more: 'YQ==' } })
  expect(stored().data).toMatchObject({ token: 'bWluZQ==', more: 'YQ==', namespace: base64OfText('default') })
})

it('takes such a token for its account, and notes the day of its last use', () => {
  secretFor('robot')
  const answer = asRobot(token())
  expect(answer.status).toBe(403)
  expect((answer.body as { readonly message: string }).message).toContain('User "system:serviceaccount:default:robot" cannot list')
  cluster.run()
  expect(stored().metadata.labels).toEqual({ 'kubernetes.io/legacy-token-last-used': '2026-01-15' })
  expect(review({ token: token() }).user).toMatchObject({ username: 'system:serviceaccount:default:robot' })
  expect(review({ token: token(), audiences: ['other'] }).error).toContain('is invalid for the target audiences ["other"]')
})

it('takes no token that its Secret does not have any more, or that is marked', () => {
  secretFor('robot')
  const first = token()
  merge(cluster, `${SECRETS}/robot-token`, { metadata: { labels: { 'kubernetes.io/legacy-token-invalid-since': '2026-01-01' } } })
  expect(review({ token: first }).error).toContain('secret default/robot-token for service account default/robot has been marked invalid')
  merge(cluster, `${SECRETS}/robot-token`, { data: { token: 'b3RoZXI=' } })
  expect(review({ token: first }).error).toBe("[invalid bearer token, Token does not match server's copy]")
  erase(cluster, `${SECRETS}/robot-token`)
  expect(review({ token: first }).error).toBe('[invalid bearer token, Token has been invalidated]')
  expect(asRobot(first).status).toBe(401)
})

it('warns who uses one that its account lists', () => {
  secretFor('robot')
  merge(cluster, `${ACCOUNTS}/robot`, { secrets: [{ name: 'robot-token' }] })
  expect(asRobot(token()).headers.warning).toContain('Use tokens from the TokenRequest API')
})

it('deletes a Secret whose account is not there, or goes, and takes it off the list of its account', () => {
  secretFor('nobody')
  expect(get(cluster, `${SECRETS}/robot-token`).status).toBe(404)

  secretFor('robot')
  merge(cluster, `${ACCOUNTS}/robot`, { secrets: [{ name: 'robot-token' }, { name: 'other' }] })
  erase(cluster, `${SECRETS}/robot-token`)
  cluster.run()
  expect((get(cluster, `${ACCOUNTS}/robot`).body as { readonly secrets?: unknown }).secrets).toEqual([{ name: 'other' }])

  secretFor('robot')
  ask(cluster, admin, { method: 'DELETE', path: `${ACCOUNTS}/robot` })
  cluster.run()
  expect(get(cluster, `${SECRETS}/robot-token`).status).toBe(404)
})
