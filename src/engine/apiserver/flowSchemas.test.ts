import { expect, it } from 'vitest'
import type { JsonObject } from '../api/object'
import type { Cluster } from '../cluster/types'
import { ask, get, post } from '../testing/ask'
import { aCluster, admin } from '../testing/builders'

const API = 'flowcontrol.apiserver.k8s.io/v1'
const SCHEMAS = `/apis/${API}/flowschemas`
const LEVELS = `/apis/${API}/prioritylevelconfigurations`

function statusOf(cluster: Cluster, name: string): readonly JsonObject[] {
  cluster.run({ for: 100 })
  return (get(cluster, `${SCHEMAS}/${name}`).body as { status: { conditions?: readonly JsonObject[] } }).status.conditions ?? []
}
const said = (level: string, isThere: boolean) =>
  `This FlowSchema references the PriorityLevelConfiguration object named "${level}" ${isThere ? 'and it exists' : 'but there is no such object'}`

it('a FlowSchema is told whether there is its priority level, and told again when that changes', () => {
  const cluster = aCluster()
  const schema = { apiVersion: API, kind: 'FlowSchema', metadata: { name: 'mine' }, spec: { priorityLevelConfiguration: { name: 'slow' } } }
  expect(post(cluster, SCHEMAS, schema).status).toBe(201)
  expect(statusOf(cluster, 'mine')).toEqual([
    {
      type: 'Dangling',
      status: 'True',
      lastTransitionTime: expect.any(String) as string,
      reason: 'NotFound',
      message: said('slow', false),
    },
  ])
  const limited = { nominalConcurrencyShares: 5, limitResponse: { type: 'Reject' } }
  const level = { apiVersion: API, kind: 'PriorityLevelConfiguration', metadata: { name: 'slow' }, spec: { type: 'Limited', limited } }
  expect(post(cluster, LEVELS, level).status).toBe(201)
  expect(statusOf(cluster, 'mine')).toMatchObject([{ status: 'False', reason: 'Found', message: said('slow', true) }])
  ask(cluster, admin, { method: 'DELETE', path: `${LEVELS}/slow` })
  expect(statusOf(cluster, 'mine')).toMatchObject([{ status: 'True' }])
  const { body } = get(cluster, `${SCHEMAS}/mine`)
  expect((body as { metadata: JsonObject }).metadata.managedFields).toMatchObject([
    { manager: 'api-priority-and-fairness-config-consumer-v1', operation: 'Apply', subresource: 'status' },
    { operation: 'Update' },
  ])
})
