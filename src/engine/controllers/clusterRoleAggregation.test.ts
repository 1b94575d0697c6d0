import { expect, it } from 'vitest'
import type { ApiObject, JsonObject } from '../api/object'
import type { Cluster } from '../cluster/types'
import { get, post } from '../testing/ask'
import { aWholeCluster } from '../testing/builders'
import { merge, pass } from '../testing/workloads'

const ROLES = '/apis/rbac.authorization.k8s.io/v1/clusterroles'
const may = (...verbs: string[]) => ({ verbs, apiGroups: [''], resources: ['pods'] })
const rulesOf = (cluster: Cluster) => (get(cluster, `${ROLES}/whole`).body as ApiObject).rules

function aggregated(rules: readonly JsonObject[] = []): Cluster {
  const cluster = aWholeCluster(0)
  const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { part: 'yes' } }] }
  post(cluster, ROLES, { metadata: { name: 'whole' }, aggregationRule, rules })
  pass(cluster, 1000)
  return cluster
}

it('gives a role the rules of those that it selects, each once, in place of its own', () => {
  const cluster = aggregated([may('watch')])
  post(cluster, ROLES, { metadata: { name: 'b', labels: { part: 'yes' } }, rules: [may('get'), may('list')] })
  post(cluster, ROLES, { metadata: { name: 'a', labels: { part: 'yes' } }, rules: [may('list')] })
  pass(cluster, 1000)
  expect(rulesOf(cluster)).toEqual([may('list'), may('get')])
  for (const name of ['a', 'b']) merge(cluster, `${ROLES}/${name}`, { metadata: { labels: { part: 'no' } } })
  pass(cluster, 1000)
  expect(rulesOf(cluster) ?? null).toBeNull()
})

it('leaves a role what its user wrote while it selects nothing', () => {
  expect(rulesOf(aggregated([may('watch')]))).toEqual([may('watch')])
})
