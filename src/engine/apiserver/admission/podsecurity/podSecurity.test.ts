import { beforeEach, expect, test } from 'vitest'
import { admin, aCluster } from '../../../testing/builders'
import { ask, post } from '../../../testing/ask'
import type { Cluster } from '../../../cluster/types'
import { levelText, policyOf } from './levels'
import { detailsText, violationsOf } from './violations'
import type { Checked } from './check'

const LABEL = 'pod-security.kubernetes.io/'
const latest = Infinity
const pod = (spec: object, container: object = {}): Checked =>
  ({ spec: { containers: [{ name: 'c', image: 'x', ...container }], ...spec } }) as Checked
const told = (checked: Checked, level: 'baseline' | 'restricted', minor = latest) => detailsText(violationsOf(checked, { level, minor }))

test.each([
  [pod({ hostPID: true, hostNetwork: true }), 'host namespaces (hostNetwork=true, hostPID=true)'],
  [pod({ securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem' }, { name: 'kernel.sem' }] } }), 'forbidden sysctls (kernel.sem)'],
  [
    pod({}, { livenessProbe: { httpGet: { port: 80, host: 'a' } }, lifecycle: { preStop: { tcpSocket: { port: 80, host: 'b' } } } }),
    'probe or lifecycle host (container "c" uses probe or lifecycle hosts "a", "b")',
  ],
  [
    pod({ securityContext: { seccompProfile: { type: 'Unconfined' } } }, { securityContext: { seccompProfile: { type: 'Unconfined' } } }),
    'seccompProfile (pod and container "c" must not set securityContext.seccompProfile.type to "Unconfined")',
  ],
  [
    pod({}, { securityContext: { seLinuxOptions: { type: 'spc_t', user: 'u' } } }),
    'seLinuxOptions (container "c" set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set)',
  ],
])('baseline refuses %j', (checked, wanted) => {
  expect(told(checked, 'baseline')).toBe(wanted)
})

test('restricted says first what baseline has against a Pod, but for what it checks in its own way', () => {
  const checked = pod({
    hostIPC: true,
    volumes: [{ name: 'v', hostPath: { path: '/' } }],
    os: { name: 'windows' },
    securityContext: { runAsNonRoot: true },
  })
  expect(told(checked, 'restricted')).toBe(
    'host namespaces (hostIPC=true), restricted volume types (volume "v" uses restricted volume type "hostPath")',
  )
})

test('an old version of a standard is kept to', () => {
  const checked = pod(
    { securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem' }] } },
    { livenessProbe: { tcpSocket: { port: 80, host: 'a' } } },
  )
  expect(told(checked, 'baseline', 31)).toBe('forbidden sysctls (net.ipv4.tcp_rmem)')
  expect(told(checked, 'baseline', 33)).toBe('')
})

test('what is enforced is warned of where the labels say nothing of warnings', () => {
  const { warn } = policyOf({ [`${LABEL}enforce`]: 'baseline', [`${LABEL}enforce-version`]: 'v1.30' })
  expect(levelText(warn)).toBe('baseline:v1.30')
})

let cluster: Cluster
const namespace = (labels: Record<string, string>) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n', labels } })
const warnings = (response: { headers: Readonly<Record<string, unknown>> }) => [response.headers.warning].flat().filter(Boolean)

beforeEach(() => {
  cluster = aCluster()
})

test('labels that cannot be read are refused', () => {
  expect(post(cluster, '/api/v1/namespaces', namespace({ [`${LABEL}enforce`]: 'strict' })).body).toMatchObject({
    code: 422,
    message: `Namespace "n" is invalid: metadata.labels[${LABEL}enforce]: Invalid value: "strict": must be one of privileged, baseline, restricted`,
  })
})

test('a template of Pods is let in with a warning', () => {
  post(cluster, '/api/v1/namespaces', namespace({ [`${LABEL}enforce`]: 'baseline' }))
  const template = { metadata: { labels: { a: 'b' } }, spec: { hostPID: true, containers: [{ name: 'c', image: 'x' }] } }
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd' },
    spec: { selector: { matchLabels: { a: 'b' } }, template },
  }
  const made = post(cluster, '/apis/apps/v1/namespaces/n/deployments', deployment)
  expect(made.status).toBe(201)
  expect(warnings(made)).toEqual(['299 - "would violate PodSecurity \\"baseline:latest\\": host namespaces (hostPID=true)"'])
})

test('a namespace that becomes stricter is told of the Pods that are there', () => {
  post(cluster, '/api/v1/namespaces', namespace({}))
  post(cluster, '/api/v1/namespaces/n/serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } })
  for (const name of ['b', 'a'])
    post(cluster, '/api/v1/namespaces/n/pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: { hostIPC: true, containers: [{ name: 'c', image: 'x' }] },
    })
  const headers = { 'content-type': 'application/merge-patch+json' }
  const body = { metadata: { labels: { [`${LABEL}enforce`]: 'baseline' } } }
  expect(warnings(ask(cluster, admin, { method: 'PATCH', path: '/api/v1/namespaces/n', headers, body }))).toEqual([
    [
      '299 - "existing pods in namespace \\"n\\" violate the new PodSecurity enforce level \\"baseline:latest\\""',
      '299 - "a (and 1 other pod): host namespaces"',
    ].join(', '),
  ])
})
