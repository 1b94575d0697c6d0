import { expect, it } from 'vitest'
import type { ApiObject } from '../object'
import { ingress } from './ingress'
import { service } from './service'

it('the addresses of a load balancer are printed each once, in order', () => {
  const given = [{ hostname: 'b.example.com' }, { ip: '192.0.2.2' }, {}, { ip: '192.0.2.1' }, { ip: '192.0.2.2' }]
  const object = (spec: object) => ({ metadata: { name: 'a' }, spec, status: { loadBalancer: { ingress: given } } }) as unknown as ApiObject
  const cell = (kind: typeof service, name: string, of: ApiObject) => kind.columns?.find((c) => c.name === name)?.cell(of, 0)
  expect(cell(ingress, 'Address', object({}))).toBe('192.0.2.1,192.0.2.2,b.example.com')
  expect(cell(service, 'External-IP', object({ type: 'LoadBalancer', externalIPs: ['203.0.113.1'] }))).toBe(
    '192.0.2.1,192.0.2.2,b.example.com,203.0.113.1',
  )
})
