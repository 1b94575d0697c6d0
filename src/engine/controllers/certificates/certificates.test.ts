import { describe, expect, it } from 'vitest'
import type { ApiObject, JsonObject } from '../../api/object'
import type { Cluster } from '../../cluster/types'
import { ask, get, post } from '../../testing/ask'
import { admin, aWholeCluster, person, type Identity } from '../../testing/builders'
import { pass } from '../../testing/workloads'
import { REQUESTS } from './certificateController'

/** `openssl req` for O=system:nodes, CN=system:node:new. */
const REQUEST =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIc01JR1RBZ0VBTURFeEZUQVRCZ05WQkFvTURITjVjM1JsYlRwdWIyUmxjekVZTUJZR0ExVUVBd3dQYzNsegpkR1Z0T201dlpHVTZibVYzTUZrd0V3WUhLb1pJemowQ0FRWUlLb1pJemowREFRY0RRZ0FFRGpqOFY5RjZ4MkFCCjg0OHVMT1pHL3IwVUR2K3JLODh1V0gza1BONndGcWpLcHU1cC9WUkVuY0RWZFZSYUVUZWlHWUZlblNjWVN5U1cKNEJ3Zk5VTUVtNkFBTUFvR0NDcUdTTTQ5QkFNQ0EwZ0FNRVVDSUdIWExkbUlPOXFjQzRBVHpQeEpwZksrTHlseQpLSkdZZXloSUN1RTNwbXlXQWlFQXVwY3hvWUtsYUNtWWJBNlFzcXNkTEVGRU1rcmNSWkxTRjNzSVlOZlErWjg9Ci0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo='
const HOUR = 60 * 60_000

const aRequest = (name: string, more: JsonObject = {}): JsonObject => ({
  apiVersion: 'certificates.k8s.io/v1',
  kind: 'CertificateSigningRequest',
  metadata: { name },
  spec: {
    request: REQUEST,
    signerName: 'kubernetes.io/kube-apiserver-client-kubelet',
    usages: ['digital signature', 'key encipherment', 'client auth'],
    ...more,
  },
})
function asked(by: Identity, more: JsonObject = {}): Cluster {
  const cluster = aWholeCluster(0)
  const rules = [{ apiGroups: ['certificates.k8s.io'], resources: ['certificatesigningrequests'], verbs: ['create'] }]
  const named = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: 'askers' } }
  post(cluster, '/apis/rbac.authorization.k8s.io/v1/clusterroles', { ...named, kind: 'ClusterRole', rules })
  post(cluster, '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    ...named,
    kind: 'ClusterRoleBinding',
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'askers' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:authenticated' }],
  })
  expect(ask(cluster, by, { method: 'POST', path: REQUESTS, body: aRequest('r', more) }).status).toBe(201)
  cluster.run({ for: 60_000 })
  return cluster
}
function decide(cluster: Cluster, name: string, type: 'Approved' | 'Denied'): void {
  const path = `${REQUESTS}/${name}`
  const conditions = [{ type, status: 'True', reason: 'Said', message: 'so' }]
  const body = { ...(get(cluster, path).body as unknown as ApiObject), status: { conditions } }
  expect(ask(cluster, admin, { method: 'PUT', path: `${path}/approval`, body }).status).toBe(200)
}
const conditions = (cluster: Cluster) =>
  ((get(cluster, `${REQUESTS}/r`).body as unknown as ApiObject).status as { conditions?: readonly JsonObject[] }).conditions

describe('requests for certificates', () => {
  it('of a kubelet are approved for whoever has the right to them', () => {
    const cluster = asked(admin)
    expect(conditions(cluster)).toMatchObject([
      {
        type: 'Approved',
        status: 'True',
        reason: 'AutoApproved',
        message: 'Auto approving kubelet client certificate after SubjectAccessReview.',
        lastUpdateTime: expect.any(String) as string,
      },
    ])
  })

  it('of a node for itself need another right', () => {
    const cluster = asked(person('system:node:new', 'system:nodes'))
    // Upstream's kubeadm binds it; here nobody has.
    expect(conditions(cluster)).toBeUndefined()
    const reviews = [...cluster.trace.allRequests()].filter(({ http }) => http.path.endsWith('/subjectaccessreviews'))
    const rights = reviews.map(({ http }) => (http.body as unknown as { spec: { resourceAttributes: JsonObject } }).spec.resourceAttributes)
    expect(rights.slice(0, 2)).toMatchObject([
      { subresource: 'selfnodeclient', version: '*' },
      { subresource: 'nodeclient', version: '*' },
    ])
  })

  it('of others wait for somebody to decide', () => {
    expect(conditions(asked(admin, { usages: ['client auth'] }))).toBeUndefined()
    expect(conditions(asked(admin, { signerName: 'kubernetes.io/kube-apiserver-client' }))).toBeUndefined()
  })

  it('go after a day without a decision, and an hour after they were denied', () => {
    const cluster = asked(admin, { usages: ['client auth'] })
    post(cluster, REQUESTS, aRequest('denied', { usages: ['client auth'] }))
    decide(cluster, 'denied', 'Denied')
    const statuses = () => ['r', 'denied'].map((name) => get(cluster, `${REQUESTS}/${name}`).status)
    expect(statuses()).toEqual([200, 200])
    pass(cluster, 2 * HOUR)
    expect(statuses()).toEqual([200, 404])
    pass(cluster, 24 * HOUR)
    expect(statuses()).toEqual([404, 404])
  })

  it('go an hour after their certificate was made, and a day after they were approved where nobody signs', () => {
    const cluster = asked(admin)
    post(cluster, REQUESTS, aRequest('waits', { signerName: 'example.com/mine' }))
    decide(cluster, 'waits', 'Approved')
    const statuses = () => ['r', 'waits'].map((name) => get(cluster, `${REQUESTS}/${name}`).status)
    expect(statuses()).toEqual([200, 200])
    pass(cluster, 2 * HOUR)
    expect(statuses()).toEqual([404, 200])
    pass(cluster, 24 * HOUR)
    expect(statuses()).toEqual([404, 404])
  })
})
