import { expect, it } from 'vitest'
import type { ApiObject, JsonObject } from '../../api/object'
import { ask, get, post } from '../../testing/ask'
import { admin, aWholeCluster } from '../../testing/builders'

const POLICIES = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies'

const aPolicy = (validations: readonly JsonObject[], more: JsonObject = {}): JsonObject => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicy',
  metadata: { name: 'p' },
  spec: {
    matchConstraints: { resourceRules: [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] }] },
    validations,
    ...more,
  },
})

const statusOf = (policy: JsonObject) => looked(policy).status as JsonObject

function looked(policy: JsonObject): ApiObject {
  const cluster = aWholeCluster(0)
  expect(post(cluster, POLICIES, policy).status).toBe(201)
  cluster.run()
  return get(cluster, `${POLICIES}/p`).body as unknown as ApiObject
}

it('looks at ten kinds of a rule, and at those of the rules before it', () => {
  const workloads = ['controllerrevisions', 'daemonsets', 'deployments', 'replicasets', 'statefulsets']
  const core = ['configmaps', 'endpoints', 'limitranges', 'namespaces', 'nodes', 'pods', 'podtemplates', 'secrets', 'services']
  const more = ['persistentvolumeclaims', 'persistentvolumes', 'replicationcontrollers', 'resourcequotas', 'serviceaccounts']
  const rule = (apiGroups: string[], resources: string[]) => ({ apiGroups, apiVersions: ['v1'], operations: ['CREATE'], resources })
  const kinds = (...resourceRules: JsonObject[]) => {
    const { typeChecking } = statusOf(aPolicy([{ expression: 'object.nothing == 1' }], { matchConstraints: { resourceRules } }))
    const [{ warning }] = (typeChecking as { expressionWarnings: [{ warning: string }] }).expressionWarnings
    return warning.match(/Kind=/g)!.length
  }
  expect(kinds(rule(['apps'], workloads), rule([''], core))).toBe(14)
  expect(kinds(rule([''], [...core, ...more]), rule(['apps'], workloads))).toBe(10)
})

it('is the manager of what it says', () => {
  const { managedFields } = looked(aPolicy([{ expression: 'true' }])).metadata
  expect(managedFields).toContainEqual(expect.objectContaining({ manager: 'validatingadmissionpolicy-status', subresource: 'status' }))
})

it('says of a policy that nothing is wrong with its types', () => {
  const fine = [
    { expression: 'object.spec.replicas <= 5', messageExpression: '"at most 5, not " + string(object.spec.replicas)' },
    { expression: 'object.spec.template.spec.containers.all(c, c.image.startsWith("reg/") && c.ports.all(p, p.containerPort > 1023))' },
    { expression: 'object.metadata.creationTimestamp < timestamp("2030-01-01T00:00:00Z") || has(oldObject.metadata.labels)' },
    { expression: 'variables.size > 1' },
  ]
  expect(statusOf(aPolicy(fine, { variables: [{ name: 'size', expression: 'object.spec.replicas' }] }))).toEqual({
    observedGeneration: 1,
    typeChecking: {},
  })
})

it('warns of fields that a kind does not have, and of values of another type', () => {
  const status = statusOf(
    aPolicy([{ expression: 'object.replicas > 1' }, { expression: 'true', messageExpression: 'object.spec.replicas + "x"' }]),
  )
  const { expressionWarnings } = status.typeChecking as { readonly expressionWarnings: readonly JsonObject[] }
  expect(expressionWarnings).toEqual([
    {
      fieldRef: 'spec.validations[0].expression',
      warning: "apps/v1, Kind=Deployment: ERROR: <input>:1:7: undefined field 'replicas'\n | object.replicas > 1\n | ......^\n",
    },
    {
      fieldRef: 'spec.validations[1].messageExpression',
      warning:
        "apps/v1, Kind=Deployment: ERROR: <input>:1:22: found no matching overload for '_+_' applied to '(int, string)'\n | object.spec.replicas + \"x\"\n | .....................^\n",
    },
  ])
})

it('knows the type of what a policy is given as parameters, and nothing of kinds that are named by an asterisk', () => {
  const validations = [{ expression: 'params.data.most != object.spec.strategy.type' }, { expression: 'params.date == object.x' }]
  const paramKind = { apiVersion: 'v1', kind: 'ConfigMap' }
  const { expressionWarnings } = statusOf(aPolicy(validations, { paramKind })).typeChecking as { expressionWarnings: JsonObject[] }
  expect(expressionWarnings.map(({ fieldRef }) => fieldRef)).toEqual(['spec.validations[1].expression'])
  expect(expressionWarnings[0]!.warning).toMatch(/undefined field 'date'[^]*undefined field 'x'/)
  const all = { resourceRules: [{ apiGroups: ['*'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] }] }
  expect(statusOf(aPolicy(validations, { paramKind, matchConstraints: all })).typeChecking).toEqual({})
})

it('is written anew when the policy changed', () => {
  const cluster = aWholeCluster(0)
  post(cluster, POLICIES, aPolicy([{ expression: 'object.x == 1' }]))
  cluster.run()
  const headers = { 'content-type': 'application/merge-patch+json' }
  const body = { spec: { validations: [{ expression: 'object.spec.replicas == 1' }] } }
  ask(cluster, admin, { method: 'PATCH', path: `${POLICIES}/p`, headers, body })
  cluster.run()
  expect(get(cluster, `${POLICIES}/p`).body).toMatchObject({ status: { observedGeneration: 2, typeChecking: {} } })
})
