import { expect, it } from 'vitest'
import { aWholeCluster, PODS } from '../testing/builders'
import { get, post } from '../testing/ask'

const MOST = 2147483647
const selector = { matchLabels: { a: 'b' } }
const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }
const once = { ...template, spec: { ...template.spec, restartPolicy: 'Never' } }

it.each([
  ['Deployment', 'apps/v1', { replicas: MOST, selector, template }],
  ['ReplicaSet', 'apps/v1', { replicas: MOST, selector, template }],
  ['ReplicationController', 'v1', { replicas: MOST, selector: selector.matchLabels, template }],
  ['StatefulSet', 'apps/v1', { replicas: MOST, serviceName: 's', selector, template }],
  ['StatefulSet', 'apps/v1', { replicas: MOST, serviceName: 's', podManagementPolicy: 'Parallel', selector, template }],
  ['StatefulSet', 'apps/v1', { replicas: 1, ordinals: { start: MOST }, serviceName: 's', selector, template }],
  ['Job', 'batch/v1', { parallelism: MOST, completions: MOST, template: once }],
  ['Job', 'batch/v1', { parallelism: MOST, template: once }],
  ['Job', 'batch/v1', { parallelism: 100_000, completions: 100_000, completionMode: 'Indexed', template: once }],
])('a %s of %s that wishes for too many Pods gets some at a time: %j', (kind, apiVersion, spec) => {
  const cluster = aWholeCluster(2)
  cluster.run({ for: 10_000 })
  const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`
  const body = { apiVersion, kind, metadata: { name: 'x' }, spec }
  expect(post(cluster, `${root}/namespaces/default/${kind.toLowerCase()}s`, body).status).toBe(201)
  const began = process.cpuUsage().user
  cluster.run({ for: 20_000, maxEvents: 2000 })
  expect((process.cpuUsage().user - began) / 1000).toBeLessThan(5000)
  const { items } = get(cluster, PODS).body as unknown as { readonly items: readonly unknown[] }
  expect(items.length).toBeGreaterThan(0)
  expect(items.length).toBeLessThan(1000)
})
