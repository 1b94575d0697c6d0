import { describe, expect, it } from 'vitest'
import type { Fault } from '../base/fault'
import type { Program } from '../client/program'
import { ask, get, post, start } from '../testing/ask'
import { aCluster, admin, aPod, aWholeCluster, CONFIG_MAPS, PODS } from '../testing/builders'
import type { Cluster } from './types'

const HOST = 'policy.example:8443'
const WEBHOOKS = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations'

function withWebhook(failurePolicy: string): Cluster {
  const cluster = aCluster({ webhook: { host: HOST }, controllerManager: true })
  const webhook = {
    name: 'pods.policy.example',
    clientConfig: { url: `https://${HOST}/validate` },
    rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    timeoutSeconds: 5,
    failurePolicy,
  }
  const made = post(cluster, WEBHOOKS, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'policy' },
    webhooks: [webhook],
  })
  expect(made.status).toBe(201)
  return cluster
}

describe('a webhook that is reached by URL', () => {
  it('is asked before a Pod is stored, and what it allows is stored', () => {
    const cluster = withWebhook('Fail')
    expect(post(cluster, PODS, aPod('web')).status).toBe(201)
    const asked = [...cluster.trace.allRequests()].find((r) => r.from === 'kube-apiserver')
    expect(asked?.http).toMatchObject({
      method: 'POST',
      path: '/validate?timeout=5s',
      body: {
        kind: 'AdmissionReview',
        request: { operation: 'CREATE', name: 'web', namespace: 'default', userInfo: { username: 'admin' } },
      },
    })
  })

  it('that denies is quoted, and nothing is stored', () => {
    const cluster = withWebhook('Fail')
    cluster.inject({ kind: 'webhook', answer: 'denies' })
    expect(post(cluster, PODS, aPod('web'))).toMatchObject({
      status: 403,
      body: { message: 'admission webhook "pods.policy.example" denied the request: denied by the webhook server' },
    })
    cluster.repair({ kind: 'webhook', answer: 'denies' })
    expect(post(cluster, PODS, aPod('web')).status).toBe(201)
  })

  it('that never answers, or is down, fails the request, or is passed over where its policy is Ignore', () => {
    const failed =
      'Internal error occurred: failed calling webhook "pods.policy.example": failed to call webhook: Post "https://policy.example:8443/validate?timeout=5s":'
    for (const [fault, why] of [
      [{ kind: 'webhook', answer: 'silent' }, 'context deadline exceeded'],
      [{ kind: 'stopped', part: 'webhook' }, 'dial tcp policy.example:8443: connect: connection refused'],
    ] as const satisfies readonly (readonly [Fault, string])[]) {
      const strict = withWebhook('Fail')
      strict.inject(fault)
      expect(post(strict, PODS, aPod('web'))).toMatchObject({ status: 500, body: { reason: 'InternalError', message: `${failed} ${why}` } })
      const lenient = withWebhook('Ignore')
      lenient.inject(fault)
      expect(post(lenient, PODS, aPod('web')).status).toBe(201)
    }
  })
})

describe('a certificate that has expired', () => {
  it('of a client is answered with 401, until it is renewed', () => {
    const cluster = aCluster()
    const expired: Fault = { kind: 'expired', certificate: 'admin' }
    cluster.inject(expired)
    expect(get(cluster, CONFIG_MAPS)).toMatchObject({ status: 401, body: { message: 'Unauthorized', reason: 'Unauthorized' } })
    cluster.repair(expired)
    expect(get(cluster, CONFIG_MAPS).status).toBe(200)
  })

  it('of the scheduler keeps it from binding; renewed, it catches up', () => {
    const cluster = aWholeCluster(1)
    const expired: Fault = { kind: 'expired', certificate: 'system:kube-scheduler' }
    cluster.inject(expired)
    post(cluster, PODS, aPod('web'))
    cluster.run({ for: 20_000 })
    expect(get(cluster, `${PODS}/web`).body).toMatchObject({ status: { phase: 'Pending' } })
    cluster.repair(expired)
    cluster.run({ for: 400_000, throughIdle: true })
    expect(get(cluster, `${PODS}/web`).body).toMatchObject({ status: { phase: 'Running' } })
  })

  it('of the server turns away who connects anew and verifies; connections that stand go on', () => {
    const cluster = aWholeCluster(1)
    cluster.inject({ kind: 'expired', certificate: 'kube-apiserver' })
    const heard: string[] = []
    const asking = (insecure: boolean) =>
      function* (): Program {
        const reply = yield { do: 'request', request: { method: 'GET', path: PODS, insecure } }
        heard.push(reply.type === 'unreachable' ? reply.error : reply.type)
        return 0
      }
    start(cluster, admin, 'kubectl', asking(false))
    start(cluster, admin, 'curl -k', asking(true))
    cluster.run()
    expect(heard).toEqual([
      expect.stringMatching(
        /^tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time \S+Z is after \S+Z$/,
      ),
      'response',
    ])
    ask(cluster, admin, { method: 'POST', path: PODS, body: aPod('web'), insecure: true })
    cluster.run()
    expect(cluster.history.get('/registry/pods/default/web', cluster.history.revision)).toMatchObject({
      value: { status: { phase: 'Running' } },
    })
    cluster.stop('kube-scheduler')
    cluster.restart('kube-scheduler')
    ask(cluster, admin, { method: 'POST', path: PODS, body: aPod('late'), insecure: true })
    cluster.run()
    expect(cluster.history.get('/registry/pods/default/late', cluster.history.revision)).toMatchObject({
      value: { status: { phase: 'Pending' } },
    })
  })
})
