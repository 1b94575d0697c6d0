import { expect, it } from 'vitest'
import type { JsonObject } from '../../object'
import { ask, post } from '../../../testing/ask'
import { aCluster, admin } from '../../../testing/builders'

const CIDRS = '/apis/networking.k8s.io/v1/servicecidrs'
const block = (more: JsonObject = {}) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'ServiceCIDR',
  metadata: { name: 'more' },
  spec: { cidrs: ['10.112.0.0/24'] },
  ...more,
})

it('takes a status with the resource itself, and loses it there', () => {
  const cluster = aCluster()
  const status = { conditions: [{ type: 'Ready', status: 'True', reason: 'a', message: 'b', lastTransitionTime: '2026-01-15T10:00:00Z' }] }
  expect(post(cluster, CIDRS, block({ status })).body).toMatchObject({ status })
  expect((ask(cluster, admin, { method: 'PUT', path: `${CIDRS}/more`, body: block() }).body as JsonObject).status).toEqual({})
})
