import { expect, it } from 'vitest'
import type { JsonObject } from '../../object'
import { ask, get, post } from '../../../testing/ask'
import { aCluster, admin } from '../../../testing/builders'

const ADDRESSES = '/apis/networking.k8s.io/v1/ipaddresses'
const address = (metadata: JsonObject) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IPAddress',
  metadata,
  spec: { parentRef: { resource: 'gateways', group: 'example.com', name: 'x' } },
})

it('is named as the address is written, and a generateName is the name', () => {
  const cluster = aCluster()
  const messageOf = (metadata: JsonObject) => (post(cluster, ADDRESSES, address(metadata)).body as JsonObject).message
  expect(messageOf({ name: '192.168.07.1' })).toBe(
    'IPAddress.networking.k8s.io "192.168.07.1" is invalid: metadata.name: Invalid value: "192.168.07.1": must not have leading 0s',
  )
  expect(messageOf({ generateName: '192.168.7.1' })).toBeUndefined()
  expect(get(cluster, `${ADDRESSES}/192.168.7.1`).status).toBe(200)
})

it('prints an age under no heading', () => {
  const { body } = ask(aCluster(), admin, {
    method: 'GET',
    path: ADDRESSES,
    headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
  })
  const { columnDefinitions, rows } = body as unknown as { columnDefinitions: { name: string }[]; rows: { cells: string[] }[] }
  expect(columnDefinitions.map((c) => c.name)).toEqual(['Name', 'ParentRef'])
  expect(rows.map((r) => r.cells.slice(0, 2))).toEqual([['10.96.0.1', 'services/default/kubernetes']])
  expect(rows[0]!.cells).toHaveLength(3)
})
