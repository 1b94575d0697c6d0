import { beforeEach, expect, it } from 'vitest'
import type { JsonObject } from '../../api/object'
import type { Cluster } from '../../cluster/types'
import { ask, get, post } from '../../testing/ask'
import { aCluster, admin, PODS } from '../../testing/builders'

const API = 'admissionregistration.k8s.io/v1'
let cluster: Cluster

/** A policy in force for one resource. */
function policy(what: 'validating' | 'mutating', operations: string[], resource: string, spec: JsonObject): void {
  const kind = `${what === 'mutating' ? 'Mutating' : 'Validating'}AdmissionPolicy`
  const where = `/apis/${API}/${what}admissionpolic`
  const [apiGroups, apiVersions, resources] = [['*'], ['*'], [resource]]
  const matchConstraints = { resourceRules: [{ apiGroups, apiVersions, operations, resources }] }
  const metadata = { name: 'p' }
  expect(post(cluster, `${where}ies`, { apiVersion: API, kind, metadata, spec: { matchConstraints, ...spec } }).status).toBe(201)
  const actions = what === 'mutating' ? {} : { validationActions: ['Deny'] }
  post(cluster, `${where}ybindings`, { apiVersion: API, kind: `${kind}Binding`, metadata, spec: { policyName: 'p', ...actions } })
}
const denied = (what: string, why: string) => `${what} is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p' denied request: ${why}`
const message = ({ body }: { readonly body?: unknown }) => (body as { readonly message?: string }).message

beforeEach(() => {
  cluster = aCluster()
  post(cluster, '/api/v1/namespaces/default/serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } })
  post(cluster, '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } })
  post(cluster, PODS, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [{ name: 'c', image: 'i' }] } })
})

it('[FL11] a policy sees what a connection asks for, whether or not the Pod is there', () => {
  policy('validating', ['CONNECT'], 'pods/exec', {
    validations: [
      { expression: "object.command[0] != 'sh' || object.?tty.orValue(false)", messageExpression: "object.kind + ' ' + request.operation" },
    ],
  })
  expect(message(post(cluster, `${PODS}/web/exec?command=sh&stdin=true`, undefined))).toBe(denied('pods "web"', 'PodExecOptions CONNECT'))
  expect(message(post(cluster, `${PODS}/none/exec?command=sh&command=-c`, undefined))).toBe(denied('pods "none"', 'PodExecOptions CONNECT'))
  expect(message(post(cluster, `${PODS}/none/exec?command=sh&tty=1`, undefined))).toBe('pods "none" not found')
  expect(message(post(cluster, `${PODS}/web/exec?command=ls`, undefined))).toBe('pod web does not have a host assigned')
})

it.each([
  ['eviction', { apiVersion: 'policy/v1', kind: 'Eviction' }, 'policy/v1'],
  ['binding', { apiVersion: 'v1', kind: 'Binding', target: { kind: 'Node', name: 'n' } }, 'v1'],
])('a policy is asked of a Pod’s %s before the Pod is read', (subresource, body, version) => {
  policy('validating', ['CREATE'], `pods/${subresource}`, {
    validations: [
      {
        expression: 'oldObject != null',
        messageExpression: "object.apiVersion + ' ' + request.kind.kind + ' of ' + request.resource.resource",
      },
    ],
  })
  for (const name of ['web', 'none'])
    expect(message(post(cluster, `${PODS}/${name}/${subresource}`, { ...body, metadata: { name } }))).toBe(
      denied(`pods "${name}"`, `${version} ${body.kind} of pods`),
    )
})

it('a policy may change a binding', () => {
  policy('mutating', ['CREATE'], 'pods/binding', {
    reinvocationPolicy: 'Never',
    mutations: [
      { patchType: 'ApplyConfiguration', applyConfiguration: { expression: "Object{metadata: Object.metadata{labels: {'on': 'n'}}}" } },
    ],
  })
  const body = { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'web' }, target: { kind: 'Node', name: 'n' } }
  expect(post(cluster, `${PODS}/web/binding`, body).status).toBe(201)
  expect((get(cluster, `${PODS}/web`).body as { metadata: JsonObject }).metadata.labels).toMatchObject({ on: 'n' })
})

it('what is written through a Scale is judged as a Scale', () => {
  const [deployments, labels] = ['/apis/apps/v1/namespaces/default/deployments', { a: 'b' }]
  const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } }
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd' },
    spec: { selector: { matchLabels: labels }, template },
  }
  expect(post(cluster, deployments, deployment).status).toBe(201)
  policy('validating', ['UPDATE'], 'deployments/scale', {
    validations: [{ expression: 'object.spec.replicas <= 3', messageExpression: "request.kind.kind + ' ' + string(object.spec.replicas)" }],
  })
  const headers = { 'content-type': 'application/merge-patch+json' }
  const scaled = (replicas: number) =>
    ask(cluster, admin, { method: 'PATCH', path: `${deployments}/d/scale`, headers, body: { spec: { replicas } } })
  expect(message(scaled(4))).toBe(denied('deployments.apps "d"', 'Scale 4'))
  expect(scaled(3).status).toBe(200)
})

it('a policy sees the options of what is done', () => {
  policy('validating', ['*'], 'configmaps', {
    validations: [
      { expression: 'false', messageExpression: "request.options.kind + ' ' + request.options.?fieldManager.orValue('nobody')" },
    ],
  })
  const maps = '/api/v1/namespaces/default/configmaps'
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' } }
  const headers = { 'content-type': 'application/apply-patch+yaml' }
  expect(message(post(cluster, maps, map))).toBe(denied('configmaps "m"', 'CreateOptions nobody'))
  expect(message(ask(cluster, admin, { method: 'PATCH', path: `${maps}/m?fieldManager=me`, headers, body: map }))).toBe(
    denied('configmaps "m"', 'CreateOptions me'),
  )
})

it('a Namespace is in itself, and yet has no namespace that a policy could look at', () => {
  policy('validating', ['CREATE'], 'namespaces', {
    validations: [{ expression: 'false', messageExpression: "request.namespace + ' ' + string(namespaceObject == null)" }],
  })
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } }
  expect(message(post(cluster, '/api/v1/namespaces', namespace))).toBe(denied('namespaces "n"', 'n true'))
})
