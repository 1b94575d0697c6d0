import { expect, it } from 'vitest'
import type { ApiObject, JsonObject } from '../api/object'
import type { Cluster } from '../cluster/types'
import { ask, post } from '../testing/ask'
import { aCluster, admin } from '../testing/builders'

const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'
const MAPS = '/api/v1/namespaces/default/configmaps'
const labels = { app: 'd' }
const container = { name: 'c', image: 'i', resources: { requests: { cpu: '1000m', memory: '1024Mi' } } }
const deployment = (spec: JsonObject) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd' },
  spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container], ...spec } } },
})

/** What the object is after `body` was applied, `seconds` after the last. */
function apply(cluster: Cluster, path: string, body: JsonObject, seconds = 5): ApiObject {
  cluster.run({ for: seconds * 1000, throughIdle: true })
  const headers = { 'content-type': 'application/apply-patch+yaml' }
  const { body: answer } = ask(cluster, admin, { method: 'PATCH', path: `${path}?fieldManager=m&force=true`, headers, body })
  return answer as ApiObject
}

it('an apply that puts the same into another form writes nothing', () => {
  const cluster = aCluster()
  const first = apply(cluster, `${DEPLOYMENTS}/d`, deployment({}))
  expect(first.metadata.name).toBe('d')
  expect(apply(cluster, `${DEPLOYMENTS}/d`, deployment({}))).toEqual(first)
})

it('but one that names an empty map that is not stored writes its time', () => {
  const cluster = aCluster()
  const first = apply(cluster, `${DEPLOYMENTS}/d`, deployment({ nodeSelector: {} }))
  expect(first.metadata.name).toBe('d')
  const { metadata } = apply(cluster, `${DEPLOYMENTS}/d`, deployment({ nodeSelector: {} }))
  expect(metadata.resourceVersion).not.toBe(first.metadata.resourceVersion)
})

it('what a policy changes back is as good as not changed', () => {
  const cluster = aCluster()
  const policies = '/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolic'
  post(cluster, `${policies}ies`, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingAdmissionPolicy',
    metadata: { name: 'one' },
    spec: {
      reinvocationPolicy: 'Never',
      matchConstraints: { resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['*'], resources: ['configmaps'] }] },
      mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{data: {"a": "1"}}' } }],
    },
  })
  post(cluster, `${policies}ybindings`, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingAdmissionPolicyBinding',
    metadata: { name: 'one' },
    spec: { policyName: 'one' },
  })
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' }, data: { a: '1' } }
  const { body: before } = post(cluster, MAPS, map)
  cluster.run({ for: 5000, throughIdle: true })
  const headers = { 'content-type': 'application/merge-patch+json' }
  expect(ask(cluster, admin, { method: 'PATCH', path: `${MAPS}/m`, headers, body: { data: { a: '2' } } }).body).toEqual(before)
})
