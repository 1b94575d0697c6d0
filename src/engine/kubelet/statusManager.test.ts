import { expect, it } from 'vitest'
import type { Cluster } from '../cluster/types'
import { ask, get, post } from '../testing/ask'
import { admin, aPod, aWholeCluster, PODS } from '../testing/builders'
import { pass, removeWeb, SECOND, webOf } from '../testing/livingPod'

const API = 'admissionregistration.k8s.io/v1'

/** Nobody may write the status of the Pod `web`. */
function forbid(cluster: Cluster): void {
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['pods/status'] }
  const spec = {
    matchConstraints: { resourceRules: [rule] },
    validations: [{ expression: "object.metadata.name != 'web'" }],
  }
  const metadata = { name: 'p' }
  post(cluster, `/apis/${API}/validatingadmissionpolicies`, { apiVersion: API, kind: 'ValidatingAdmissionPolicy', metadata, spec })
  post(cluster, `/apis/${API}/validatingadmissionpolicybindings`, {
    apiVersion: API,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata,
    spec: { policyName: 'p', validationActions: ['Deny'] },
  })
}

const allow = (cluster: Cluster) => ask(cluster, admin, { method: 'DELETE', path: `/apis/${API}/validatingadmissionpolicybindings/p` })

/** When its kubelet asked to write the status of `web`. */
const writes = ({ trace }: Cluster) =>
  [...trace.allRequests()].filter((r) => r.http.path === `${PODS}/web/status` && r.from === 'worker-1').map((r) => trace.hop(r.sentAt).at)

it('tells a status that was refused again in each round, and when something else is told', () => {
  const cluster = aWholeCluster(1)
  forbid(cluster)
  pass(cluster, SECOND)
  post(cluster, PODS, aPod('web'))
  pass(cluster, 45 * SECOND)
  expect(webOf(cluster).status.phase).toBe('Pending')
  const refused = writes(cluster)
  const gaps = refused.slice(1).map((at, i) => Math.round((at - refused[i]!) / SECOND))
  expect(gaps.slice(-3)).toEqual([10, 10, 10])
  post(cluster, PODS, aPod('other'))
  pass(cluster, SECOND)
  expect(writes(cluster).length).toBeGreaterThan(refused.length)
  allow(cluster)
  pass(cluster, 11 * SECOND)
  expect(webOf(cluster).status.phase).toBe('Running')
})

it('does not remove a Pod whose end is not stored', () => {
  const cluster = aWholeCluster(1)
  post(cluster, PODS, aPod('web'))
  pass(cluster, 5 * SECOND)
  forbid(cluster)
  pass(cluster, SECOND)
  removeWeb(cluster)
  pass(cluster, 60 * SECOND)
  expect(webOf(cluster).status.phase).toBe('Running')
  allow(cluster)
  pass(cluster, 12 * SECOND)
  expect(get(cluster, `${PODS}/web`).status).toBe(404)
})
