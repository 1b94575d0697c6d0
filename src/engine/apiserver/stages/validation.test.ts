import { describe, expect, it } from 'vitest'
import type { ApiObject, JsonObject } from '../../api/object'
import { ask, get, post } from '../../testing/ask'
import { aCluster, admin } from '../../testing/builders'

const finalizers = ['hold']
const made = (path: string, name: string, more: JsonObject = {}) => post(aCluster(), path, { metadata: { name, finalizers }, ...more })

const RULE = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }
const POLICY = { spec: { matchConstraints: { resourceRules: [RULE] }, validations: [{ expression: 'true' }] } }
const MUTATION = { patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{}' } }
const EVENT = { involvedObject: { kind: 'Pod', name: 'a', namespace: 'default' } }
const CRD = { spec: { group: 'ex.io', scope: 'Namespaced', names: { plural: 'as', kind: 'A' } } }
const VERSIONS = { versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }] }
const ADMISSION = '/apis/admissionregistration.k8s.io/v1'

// Upstream: each kind's pkg/apis/<group>/validation; core's ValidateObjectMeta checks the names, apimachinery's does not.
it.each([
  ['/apis/apiextensions.k8s.io/v1/customresourcedefinitions', 'as.ex.io', { spec: { ...CRD.spec, ...VERSIONS } }],
  [
    '/apis/apiregistration.k8s.io/v1/apiservices',
    'v1.ex.io',
    { spec: { group: 'ex.io', version: 'v1', groupPriorityMinimum: 1, versionPriority: 1 } },
  ],
  [`${ADMISSION}/validatingwebhookconfigurations`, 'a', {}],
  [`${ADMISSION}/mutatingwebhookconfigurations`, 'a', {}],
  [`${ADMISSION}/validatingadmissionpolicies`, 'a', POLICY],
  [`${ADMISSION}/validatingadmissionpolicybindings`, 'a', { spec: { policyName: 'a', validationActions: ['Deny'] } }],
  [
    `${ADMISSION}/mutatingadmissionpolicies`,
    'a',
    { spec: { matchConstraints: { resourceRules: [RULE] }, reinvocationPolicy: 'Never', mutations: [MUTATION] } },
  ],
  [`${ADMISSION}/mutatingadmissionpolicybindings`, 'a', { spec: { policyName: 'a' } }],
  ['/apis/coordination.k8s.io/v1/namespaces/default/leases', 'a', {}],
  ['/apis/node.k8s.io/v1/runtimeclasses', 'a', { handler: 'a' }],
  ['/apis/policy/v1/namespaces/default/poddisruptionbudgets', 'a', { spec: { minAvailable: 1 } }],
  ['/api/v1/namespaces/default/events', 'a', EVENT],
])('takes a finalizer without a domain at %s', (path, name, more) => {
  expect(made(path, name, more).body).toMatchObject({ metadata: { name, finalizers } })
})

it.each([
  ['/api/v1/namespaces/default/configmaps', {}],
  ['/apis/rbac.authorization.k8s.io/v1/clusterroles', {}],
  ['/apis/scheduling.k8s.io/v1/priorityclasses', { value: 1 }],
  ['/apis/storage.k8s.io/v1/storageclasses', { provisioner: 'a' }],
  ['/apis/events.k8s.io/v1/namespaces/default/events', { regarding: EVENT.involvedObject }],
])('refuses it at %s', (path, more) => {
  expect((made(path, 'a', more).body as { message?: string }).message).toContain(
    'metadata.finalizers[0]: Invalid value: "hold": name is neither a standard finalizer name nor is it fully qualified',
  )
})

// Upstream: policy/validation and legacyValidateEvent say nothing of metadata; what is left is BeforeCreate's rule, that a name fits into a path.
it.each([
  ['/apis/policy/v1/namespaces/default/poddisruptionbudgets', { spec: { minAvailable: 1 } }],
  ['/api/v1/namespaces/default/events', EVENT],
])('takes any name that fits into a path at %s', (path, more) => {
  const cluster = aCluster()
  expect(post(cluster, path, { metadata: { name: 'Not_DNS' }, ...more }).status).toBe(201)
  expect(post(cluster, path, { metadata: { name: 'a/b' }, ...more }).body).toMatchObject({
    details: { causes: [{ field: 'metadata.name', message: 'Invalid value: "a/b": may not contain \'/\'' }] },
  })
})

it('judges an update as it judged the create', () => {
  const cluster = aCluster()
  post(cluster, '/apis/coordination.k8s.io/v1/namespaces/default/leases', { metadata: { name: 'a' } })
  const update = (path: string) =>
    ask(cluster, admin, {
      method: 'PATCH',
      path,
      headers: { 'content-type': 'application/merge-patch+json' },
      body: { metadata: { finalizers } },
    }).status
  expect(update('/apis/coordination.k8s.io/v1/namespaces/default/leases/a')).toBe(200)
  expect(update('/api/v1/namespaces/default')).toBe(422)
})

describe('what only the server says of an object is not taken from whoever creates it', () => {
  const path = '/apis/coordination.k8s.io/v1/namespaces/default/leases'
  const time = '2021-10-30T23:15:42Z'
  const metadata = { name: 'a', creationTimestamp: time, deletionTimestamp: time, deletionGracePeriodSeconds: 5, selfLink: '/a' }
  const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata }
  it.each([
    ['POST', path, 'application/json'],
    ['PUT', `${path}/a`, 'application/json'],
    ['PATCH', `${path}/a?fieldManager=me`, 'application/apply-patch+yaml'],
  ])('by %s', (method, at, type) => {
    const cluster = aCluster()
    expect(ask(cluster, admin, { method, path: at, headers: { 'content-type': type }, body }).status).toBe(201)
    const { metadata: stored } = get(cluster, `${path}/a`).body as unknown as ApiObject
    for (const field of ['deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink']) expect(stored).not.toHaveProperty(field)
    expect(stored.creationTimestamp).not.toBe(time)
  })
})
