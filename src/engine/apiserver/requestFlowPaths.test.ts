import { describe, expect, it } from 'vitest'
import { getSimplePaths } from 'xstate/graph'
import type { JsonObject } from '../api/object'
import type { Cluster } from '../cluster/types'
import type { ProgramRequest } from '../client/program'
import { requestFlowMachine, type FlowEvent, type Route } from '../flow/requestFlowMachine'
import { aCluster, aConfigMap, admin, aPod, person, PODS, CONFIG_MAPS } from '../testing/builders'
import { ask, post } from '../testing/ask'

const ROUTES: readonly Route[] = ['read', 'watch', 'create', 'update', 'patch', 'delete', 'action', 'connect', 'review', 'nonResource']
const bob = person('bob')
/** Whom a policy lets change nothing, and one for whom a policy that would change the object fails. */
const barred = person('barred', 'system:masters')
const lost = person('lost', 'system:masters')
const NODES = '/api/v1/nodes'
const nodeOne = person('system:node:n1', 'system:nodes')
const SAR = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
const MERGE = { 'content-type': 'application/merge-patch+json' }
const bound = (name: string, node = 'n1') => ({
  apiVersion: 'v1',
  kind: 'Binding',
  metadata: { name, namespace: 'default' },
  target: { kind: 'Node', name: node },
})
/** A Node that passes validation and is over etcd's limit of 1.5 MiB. */
const aLargeNode = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name },
  spec: { taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }], providerID: 'x'.repeat(1.6 * 1024 * 1024) },
})

interface Taken {
  readonly as?: typeof bob
  readonly request: ProgramRequest
}

/** A request for each route that is answered; the refusals below are made from it. */
const plain: Readonly<Record<Route, ProgramRequest>> = {
  read: { method: 'GET', path: `${CONFIG_MAPS}/there` },
  watch: { method: 'GET', path: `${CONFIG_MAPS}?watch=true&timeoutSeconds=1` },
  create: { method: 'POST', path: CONFIG_MAPS, body: aConfigMap('new') },
  update: { method: 'PUT', path: `${CONFIG_MAPS}/there`, body: aConfigMap('there', { a: '2' }) },
  patch: { method: 'PATCH', path: `${CONFIG_MAPS}/there`, headers: MERGE, body: { data: { a: '3' } } },
  delete: { method: 'DELETE', path: `${CONFIG_MAPS}/there` },
  action: { method: 'POST', path: `${PODS}/pod/binding`, body: bound('pod') },
  connect: { method: 'POST', path: `${PODS}/placed/exec?command=ls` },
  review: {
    method: 'POST',
    path: SAR,
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { nonResourceAttributes: { path: '/', verb: 'get' } },
    },
  },
  nonResource: { method: 'GET', path: '/version' },
}

/** Of what is never stored, the one kind that policies and webhooks are asked about. */
const aTokenRequest: ProgramRequest = {
  method: 'POST',
  path: '/api/v1/namespaces/default/serviceaccounts/default/token',
  body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
}

/** `route end` → the request that ends there. */
const AS_TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }
const refusals: Readonly<Record<string, Taken>> = {
  'read read': { request: { method: 'GET', path: `${CONFIG_MAPS}/none` } },
  'watch read': { request: { method: 'GET', path: `${CONFIG_MAPS}?watch=true&fieldSelector=data.a%3Db` } },
  'create decode': { request: { ...plain.create, body: '{' } },
  'update decode': { request: { ...plain.update, body: '{' } },
  'patch decode': { request: { ...plain.patch, body: '[]' } },
  'delete decode': { request: { ...plain.delete, body: '{' } },
  'action decode': { request: { ...plain.action, body: '{' } },
  'connect decode': { request: { ...plain.connect, path: `${plain.connect.path}&dryRun=All` } },
  'review decode': { request: { ...plain.review, body: '{' } },
  'update read': { request: { ...plain.update, path: `${CONFIG_MAPS}/none`, body: aConfigMap('none') } },
  'patch read': { request: { ...plain.patch, path: `${CONFIG_MAPS}/none` } },
  'delete read': { request: { ...plain.delete, path: `${CONFIG_MAPS}/none` } },
  'connect read': { request: plain.connect },
  'action read': { request: { ...plain.action, path: `${PODS}/none/binding`, body: bound('none') } },
  'create mutatingAdmission': {
    request: {
      ...plain.create,
      path: '/api/v1/namespaces/none/configmaps',
      body: { ...aConfigMap('new'), metadata: { name: 'new', namespace: 'none' } },
    },
  },
  'update mutatingAdmission': {
    as: nodeOne,
    request: {
      method: 'PUT',
      path: '/api/v1/nodes/n2',
      body: { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n2', labels: { a: 'b' } } },
    },
  },
  'patch mutatingAdmission': {
    as: nodeOne,
    request: { method: 'PATCH', path: '/api/v1/nodes/n2', headers: MERGE, body: { metadata: { labels: { a: 'b' } } } },
  },
  'delete mutatingAdmission': { request: { method: 'DELETE', path: '/api/v1/namespaces/default' } },
  'create validation': { request: { ...plain.create, body: aConfigMap('Bad_Name') } },
  'update validation': {
    request: { ...plain.update, body: { ...aConfigMap('there'), metadata: { name: 'there', namespace: 'default', resourceVersion: '1' } } },
  },
  'patch validation': { request: { ...plain.patch, body: { metadata: { labels: { 'bad key': 'x' } } } } },
  'action mutatingAdmission': { as: lost, request: plain.action },
  'review mutatingAdmission': { as: lost, request: aTokenRequest },
  'action validation': { request: { ...plain.action, body: { ...bound('pod'), target: { kind: 'Node', name: '' } } } },
  'create validatingAdmission': {
    request: { method: 'POST', path: '/api/v1/namespaces/strict/pods', body: aPod('new', {}, { namespace: 'strict' }) },
  },
  'update validatingAdmission': { as: barred, request: plain.update },
  'patch validatingAdmission': { as: barred, request: plain.patch },
  'delete validatingAdmission': { as: barred, request: plain.delete },
  'action validatingAdmission': { as: barred, request: plain.action },
  'connect validatingAdmission': { as: barred, request: plain.connect },
  'review validatingAdmission': { as: barred, request: aTokenRequest },
  'create compare': { request: { ...plain.create, body: aConfigMap('there') } },
  'create transaction': { request: { ...plain.create, path: NODES, body: aLargeNode('new') } },
  'update transaction': { request: { ...plain.update, path: `${NODES}/n1`, body: aLargeNode('n1') } },
  'patch transaction': { request: { ...plain.patch, path: `${NODES}/n1`, body: { spec: aLargeNode('n1').spec } } },
  'delete transaction': {
    request: { ...plain.delete, body: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: 'other' } } },
  },
  'action transaction': { request: { ...plain.action, path: `${PODS}/placed/binding`, body: bound('placed') } },
  'read respond': { request: { ...plain.read, path: `${plain.read.path}?includeObject=Everything`, headers: AS_TABLE } },
  'watch respond': { request: { ...plain.watch, path: `${plain.watch.path}&includeObject=Everything`, headers: AS_TABLE } },
  'nonResource respond': { request: { method: 'GET', path: '/api/v1/nothings' } },
}

/**
 * Paths that the machine allows and no request of this model takes: what would refuse there is not modelled (webhooks, quota on updates),
 * or was refused before. The list may only shrink.
 */
const NOT_TAKEN = [
  'create respond',
  'update respond',
  'patch respond',
  'delete respond',
  'action respond',
  'connect respond',
  'connect answered',
  'connect mutatingAdmission',
  'review respond',
  'review validation',
]

function requestFor(route: Route, end: string): Taken | undefined {
  if (end === 'answered') return { request: plain[route] }
  if (end === 'authentication') return { as: { name: 'x', credentials: { bearerToken: 'wrong' } }, request: plain[route] }
  if (end === 'impersonation')
    return { request: { ...plain[route], headers: { ...plain[route].headers, 'impersonate-group': 'developers' } } }
  if (end === 'authorization')
    return {
      as: bob,
      request:
        route === 'nonResource'
          ? { method: 'GET', path: '/metrics' }
          : route === 'review'
            ? { ...plain.review, path: SAR.replace('self', '').replace('subject', 'subject'), body: undefined }
            : plain[route],
    }
  return refusals[`${route} ${end}`]
}

function prepared(): Cluster {
  const cluster = aCluster()
  for (const name of ['n1', 'n2']) post(cluster, '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name } })
  post(cluster, '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'strict', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
  })
  for (const namespace of ['default', 'strict'])
    post(cluster, `/api/v1/namespaces/${namespace}/serviceaccounts`, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default' },
    })
  policy(cluster, 'validating', 'barred', { validations: [{ expression: 'false' }] })
  policy(cluster, 'mutating', 'lost', {
    reinvocationPolicy: 'Never',
    mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: "[JSONPatch{op: 'remove', path: '/none'}]" } }],
  })
  post(cluster, CONFIG_MAPS, aConfigMap('there', { a: '1' }))
  post(cluster, PODS, aPod('pod'))
  post(cluster, PODS, aPod('placed', { nodeName: 'n2' }))
  return cluster
}

/** A policy for all that one user does, and its binding. */
function policy(cluster: Cluster, what: 'validating' | 'mutating', user: string, spec: JsonObject): void {
  const kind = `${what === 'mutating' ? 'Mutating' : 'Validating'}AdmissionPolicy`
  const [apiVersion, metadata] = ['admissionregistration.k8s.io/v1', { name: user }]
  const everything = { apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*'] }
  const where = `/apis/${apiVersion}/${kind.toLowerCase().slice(0, -1)}`
  const matchConditions = [{ name: 'user', expression: `request.userInfo.username == '${user}'` }]
  post(cluster, `${where}ies`, {
    apiVersion,
    kind,
    metadata,
    spec: { matchConstraints: { resourceRules: [everything] }, matchConditions, ...spec },
  })
  const actions = what === 'mutating' ? {} : { validationActions: ['Deny'] }
  post(cluster, `${where}ybindings`, { apiVersion, kind: `${kind}Binding`, metadata, spec: { policyName: user, ...actions } })
}

/** Every simple path of a route from arrival to an end, as the names of its stages. */
function pathsOf(route: Route): { readonly end: string; readonly stages: readonly string[] }[] {
  const events: FlowEvent[] = [
    { type: 'stage.passed', route },
    { type: 'stage.retry', route },
    { type: 'request.refused' },
    { type: 'request.answered' },
  ]
  return getSimplePaths(requestFlowMachine, { events }).flatMap(({ state, steps }) => {
    const value = state.value as string | Record<string, string>
    const end = value === 'answered' ? 'answered' : typeof value === 'object' && 'refused' in value ? value.refused! : null
    if (end === null) return []
    const stages = steps.flatMap(({ state: at }) => {
      if (typeof at.value === 'string') return []
      const [[top, leaf] = []] = Object.entries(at.value as Record<string, string>)
      return top === 'refused' || leaf === undefined ? [] : [leaf]
    })
    return [{ end, stages }]
  })
}

describe('requestFlowMachine', () => {
  for (const route of ROUTES)
    it(`[FL1] [FL10] every path of ${route} is taken by a real request`, () => {
      const ends = new Set<string>()
      for (const { end, stages } of pathsOf(route)) {
        const id = `${route} ${end}`
        if (ends.has(id)) continue
        ends.add(id)
        const taken = requestFor(route, end)
        if (!taken || NOT_TAKEN.includes(id)) {
          expect(NOT_TAKEN, id).toContain(id)
          continue
        }
        const cluster = prepared()
        ask(cluster, taken.as ?? admin, taken.request)
        const record = [...cluster.trace.allRequests()].filter((r) => r.program !== null).at(-1)!
        const walked = cluster.trace.hopsOf(record.id).flatMap((index) => {
          const hop = cluster.trace.hop(index)
          return hop.kind === 'stage' ? [hop.stage] : []
        })
        expect(record.refusedAt ?? 'answered', id).toBe(end)
        // A name that is taken is found by the transaction, and refused by the check that it comes back to.
        if (id !== 'create compare') expect(walked, id).toEqual(stages)
      }
    })
})
