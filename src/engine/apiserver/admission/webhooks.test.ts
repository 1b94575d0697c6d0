import { expect, it, vi } from 'vitest'
import * as base64 from '../../base/base64'
import type { Pod } from '../../api/kinds/pod/types'
import type { JsonObject } from '../../base/json'
import type { Cluster } from '../../cluster/types'
import { post } from '../../testing/ask'
import { aCluster, aPod, PODS } from '../../testing/builders'
import { podsOf } from '../../testing/workloads'

const HOST = 'policy.example:8443'
const PATCHES = [
  { path: '/image', patch: [{ op: 'add', path: '/spec/containers/0/image', value: 'nginx:late' }], unless: '/metadata/labels/team' },
  { path: '/team', patch: [{ op: 'add', path: '/metadata/labels', value: { team: 'a' } }] },
  { path: '/note', patch: [{ op: 'add', path: '/metadata/annotations', value: { noted: 'yes' } }], unless: '/metadata/annotations' },
  { path: '/broken', patch: [{ op: 'remove', path: '/spec/nowhere' }] },
  { path: '/strange', patch: {} as never },
]

const webhook = (path: string, more: JsonObject = {}) => ({
  name: `${path.slice(1)}.policy.example`,
  clientConfig: { url: `https://${HOST}${path}` },
  rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
  ...more,
})

function made(...webhooks: readonly JsonObject[]) {
  const cluster = aCluster({ controllerManager: true, webhook: { host: HOST, patches: PATCHES } })
  post(cluster, '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations', {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'm' },
    webhooks,
  })
  const answer = post(cluster, PODS, aPod('web', { automountServiceAccountToken: false }))
  return { cluster, answer, pod: podsOf(cluster)[0] as Pod | undefined, asked: askedOf(cluster) }
}

const askedOf = (cluster: Cluster) =>
  [...cluster.trace.allRequests()].flatMap(({ http }) => (/^\/\w+\?timeout/.exec(http.path) ? [http.path.split('?')[0]!] : []))

it('changes the object by a patch, and asks once more those that wish so when it changed after them', () => {
  const again = { reinvocationPolicy: 'IfNeeded' }
  const { pod, asked } = made(webhook('/note', again), webhook('/image'), webhook('/team'))
  expect(pod!.metadata).toMatchObject({ labels: { team: 'a' }, annotations: { noted: 'yes' } })
  expect(pod!.spec.containers[0]!.image).toBe('nginx:late')
  expect(asked).toEqual(['/note', '/image', '/team', '/note'])
})

it('asks nobody again who did not wish so', () => {
  expect(made(webhook('/note'), webhook('/team')).asked).toEqual(['/note', '/team'])
})

it('is not asked about the questions who somebody is and what he may do', () => {
  const rules = [{ operations: ['*'], apiGroups: ['authorization.k8s.io'], apiVersions: ['*'], resources: ['*'] }]
  const { cluster } = made(webhook('/broken', { rules }))
  const answer = post(cluster, '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { verb: 'list', resource: 'pods' } },
  })
  expect([answer.status, askedOf(cluster)]).toEqual([201, []])
})

it('refuses what a patch cannot be applied to, though failures are to be ignored', () => {
  const { answer, pod } = made(webhook('/broken', { failurePolicy: 'Ignore' }))
  expect(answer.status).toBe(500)
  expect(pod).toBeUndefined()
})

it('refuses a patch that is no list', () => {
  const { answer, pod } = made(webhook('/strange'))
  expect(answer.body).toMatchObject({ code: 500, reason: 'InternalError' })
  expect(pod).toBeUndefined()
})

it('is as good as no answer when its patch is no base64', () => {
  const { base64OfText } = base64
  const encoded = vi
    .spyOn(base64, 'base64OfText')
    .mockImplementation((text) => (text.includes('noted') ? 'not base64!' : base64OfText(text)))
  const { answer } = made(webhook('/note'))
  expect((answer.body as { readonly message?: string }).message).toMatch(/failed calling webhook .*illegal base64 data at input byte 3/)
  expect(made(webhook('/note', { failurePolicy: 'Ignore' })).pod).toBeDefined()
  encoded.mockRestore()
})

it.each([
  ['https://nobody.example/x', 'dial tcp: lookup nobody.example: no such host'],
  ['https://10.1.2.3/x', 'dial tcp 10.1.2.3:443: connect: connection refused'],
  ['https://[fd00::1]:8443/x', 'dial tcp [fd00::1]:8443: connect: connection refused'],
])('says why %s is not reached', (url, problem) => {
  const { answer } = made(webhook('/x', { clientConfig: { url } }))
  expect((answer.body as { message: string }).message).toContain(`: Post "${url}?timeout=10s": ${problem}`)
})
