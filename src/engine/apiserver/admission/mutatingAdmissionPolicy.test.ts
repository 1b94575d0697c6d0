import { beforeEach, expect, it } from 'vitest'
import type { ApiObject, JsonObject } from '../../api/object'
import type { Cluster } from '../../cluster/types'
import { post } from '../../testing/ask'
import { aCluster, aPod, CONFIG_MAPS, PODS } from '../../testing/builders'

const POLICIES = '/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies'
const head = { apiVersion: 'admissionregistration.k8s.io/v1', metadata: { name: 'p' } }

let cluster: Cluster
beforeEach(() => {
  cluster = aCluster()
  // The ServiceAccount that Pods run as.
  post(cluster, '/api/v1/namespaces/default/serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } })
})

const policy = (mutation: JsonObject, resource = 'pods') => ({
  ...head,
  kind: 'MutatingAdmissionPolicy',
  spec: {
    reinvocationPolicy: 'Never',
    matchConstraints: { resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: [resource] }] },
    variables: [{ name: 'team', expression: "'blue'" }],
    mutations: [mutation],
  },
})

function register(mutation: JsonObject, resource?: string): void {
  expect(post(cluster, POLICIES, policy(mutation, resource)).status).toBe(201)
  const binding = { ...head, kind: 'MutatingAdmissionPolicyBinding', spec: { policyName: 'p' } }
  expect(post(cluster, '/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings', binding).status).toBe(201)
}

const applied = (expression: string) => ({ patchType: 'ApplyConfiguration', applyConfiguration: { expression } })
const patched = (expression: string) => ({ patchType: 'JSONPatch', jsonPatch: { expression } })

it('merges a configuration by the keys of its lists', () => {
  register(
    applied(
      "Object{metadata: Object.metadata{labels: {'team': variables.team}}, spec: Object.spec{containers: object.spec.containers.map(c, Object.spec.containers{name: c.name, imagePullPolicy: 'Always'})}}",
    ),
  )
  const made = post(cluster, PODS, aPod('web')).body as unknown as ApiObject & { spec: { containers: JsonObject[] } }
  expect(made.metadata.labels).toEqual({ team: 'blue' })
  expect(made.spec.containers).toMatchObject([{ name: 'web', image: 'nginx', imagePullPolicy: 'Always' }])
})

it('applies a JSON patch, unless its test fails', () => {
  register(
    patched(
      "[JSONPatch{op: 'test', path: '/data/a', value: '1'}, JSONPatch{op: 'add', path: '/data/' + jsonpatch.escapeKey('b'), value: string(size(object.data))}]",
    ),
    'configmaps',
  )
  const create = (name: string, data: JsonObject) =>
    (post(cluster, CONFIG_MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data }).body as unknown as { data: JsonObject })
      .data
  expect(create('a', { a: '1' })).toEqual({ a: '1', b: '1' })
  expect(create('b', { a: '2' })).toEqual({ a: '2' })
})

it('refuses the request where the configuration cannot be merged', () => {
  register(applied("Object{spec: Object.spec{nothing: 'x'}}"))
  const refused = post(cluster, PODS, aPod('web'))
  expect(refused.status).toBe(403)
  expect((refused.body as { message?: string }).message).toBe(
    "policy 'p' with binding 'p' denied request: error applying patch: failed to convert patch object to typed object: .spec.nothing: field not declared in schema",
  )
})

it('refuses configurations that touch what can only be replaced as a whole, and says where', () => {
  const drops = "Object.spec.containers.securityContext.capabilities{drop: ['ALL']}"
  register(
    applied(
      `Object{spec: Object.spec{containers: [Object.spec.containers{name: 'web', securityContext: Object.spec.containers.securityContext{capabilities: ${drops}}}]}}`,
    ),
  )
  expect((post(cluster, PODS, aPod('web')).body as { message?: string }).message).toContain(
    'may not mutate atomic arrays, maps or structs: .spec.containers[0].securityContext.capabilities.drop',
  )
})

it.each([
  [applied('{}'), 'must evaluate to Object'],
  [patched("[JSONPatch{op: 'add'}"), 'compilation failed'],
  [{ patchType: 'Other' }, 'Unsupported value: "Other": supported values: "ApplyConfiguration", "JSONPatch"'],
  [{ patchType: 'JSONPatch' }, 'jsonPatch: Required value: must be specified when patchType is JSONPatch'],
])('refuses the mutation %j', (mutation, text) => {
  const refused = post(cluster, POLICIES, policy(mutation))
  expect(refused.status).toBe(422)
  expect((refused.body as { message?: string }).message).toContain(text)
})

it.each([
  ['IfNeeded', '2'],
  ['Never', '1'],
])('asked again %s, when another one changed the object after it: %s', (reinvocationPolicy, wanted) => {
  const add = (name: string, reinvocation: string, mutation: JsonObject) => {
    const { spec } = policy(mutation, 'configmaps')
    const metadata = { name }
    post(cluster, POLICIES, { ...head, kind: 'MutatingAdmissionPolicy', metadata, spec: { ...spec, reinvocationPolicy: reinvocation } })
    const bound = { ...head, kind: 'MutatingAdmissionPolicyBinding', metadata, spec: { policyName: name } }
    post(cluster, '/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings', bound)
  }
  add('a', reinvocationPolicy, applied("Object{metadata: Object.metadata{labels: {'size': string(size(object.data))}}}"))
  add('b', 'Never', applied("Object{data: {'more': 'x'}}"))
  const made = post(cluster, CONFIG_MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' }, data: { a: '1' } })
  expect((made.body as unknown as ApiObject).metadata.labels).toEqual({ size: wanted })
})

it('refuses objects whose types are not called as the fields in which they stand', () => {
  register(applied('Object{metadata: Object.spec{labels: {}}, spec: Object.spec{securityContext: Object.spec.securityContext{}}}'))
  const { body } = post(cluster, PODS, aPod('web'))
  expect((body as { message: string }).message).toBe(
    "policy 'p' with binding 'p' denied request: type mismatch: unexpected type name \"Object.spec\", " +
      'expected "Object.metadata", which matches field name path from root Object type',
  )
})

it.each([
  ["[JSONPatch{op: 'add', path: '/spec/sails', value: 2}]", 'strict decoding error: unknown field "spec.sails"'],
  [
    "[JSONPatch{op: 'add', path: '/spec/hostNetwork', value: 'yes'}]",
    'json: cannot unmarshal string into Go struct field PodSpec.spec.hostNetwork of type bool',
  ],
])('breaks over a patch that makes what cannot be read: %s', (expression, problem) => {
  register(patched(expression))
  expect(post(cluster, PODS, aPod('web')).body).toMatchObject({ code: 500, message: `Internal error occurred: ${problem}` })
})
