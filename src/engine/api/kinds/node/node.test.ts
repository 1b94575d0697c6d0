import { expect, it } from 'vitest'
import { node } from '.'
import type { ApiObject } from '../../object'

const cell = (name: string, object: object) => node.columns?.find((c) => c.name === name)?.cell(object as ApiObject, 0)

it('a table names each role of a node once, and its architecture beside a kernel that is not known', () => {
  const labels = { 'node-role.kubernetes.io/worker': '', 'kubernetes.io/role': 'worker', 'node-role.kubernetes.io/admin': '' }
  const object = { metadata: { name: 'a', labels }, spec: {}, status: { nodeInfo: { architecture: 'amd64' } } }
  expect(cell('Roles', object)).toBe('admin,worker')
  expect(cell('Kernel-Version', object)).toBe('<unknown> (amd64)')
})

it('fields that nobody uses any more, and blocks that are no networks, are warned of', () => {
  const spec = { configSource: {}, externalID: 'x', podCIDRs: ['2001:DB8::/64'] }
  expect(node.warnings?.({ metadata: { name: 'a' }, spec } as unknown as ApiObject, null)).toEqual([
    'spec.configSource: the feature is removed',
    'spec.externalID: this field is deprecated, and is unused by Kubernetes',
    expect.stringMatching(/^spec\.podCIDRs\[0\]: IPv6 CIDR value "2001:DB8::\/64" should be in RFC 5952 canonical format/),
  ])
})
