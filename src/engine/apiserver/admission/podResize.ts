// A Pod that has its node is resized only to what that node could hold if it held nothing else, and only on Linux.
// Upstream: kubernetes plugin/pkg/admission/podresize

import type { Node } from '../../api/kinds/node'
import { podTotals } from '../../api/kinds/pod/totals'
import type { Pod } from '../../api/kinds/pod/types'
import { compareQuantity, parseQuantity, quantityMilliValue, quantityValue } from '../../api/scalars/quantity'
import { refuse, type Plugin } from './plugin'

const MEASURES = [
  { name: 'cpu', printed: quantityMilliValue },
  { name: 'memory', printed: quantityValue },
] as const
const NONE = parseQuantity('0')!

export const podResizeValidator: Plugin = {
  name: 'PodResizeValidator',
  validate(a, server) {
    if (a.operation !== 'UPDATE' || a.kind.resource !== 'pods' || a.kind.group !== '' || a.subresource !== 'resize') return null
    const { spec, metadata } = a.object as Pod
    const { nodeName } = spec
    if (!nodeName || metadata.generation === a.old?.metadata.generation) return null
    const object = `Node ${nodeName}`
    const node = server.cached('minions', '', nodeName) as Node | undefined
    if (!node) return refuse(a, `node "${nodeName}" not found`, { object, expected: 'there' })
    const os = node.metadata.labels?.['kubernetes.io/os'] ?? 'linux'
    if (os !== 'linux')
      return refuse(
        a,
        `pod resize is only supported on linux nodes, node "${nodeName}" is "${os}"`,
        { object, field: 'metadata.labels["kubernetes.io/os"]', found: os, expected: 'linux' },
        [{ reason: 'UnsupportedPlatform' }],
      )
    const asked = podTotals(spec, 'requests')
    const over = MEASURES.flatMap(({ name, printed }) => {
      const requested = asked[name] ?? NONE
      const allocatable = parseQuantity(node.status.allocatable?.[name] ?? '0') ?? NONE
      if (compareQuantity(requested, allocatable) <= 0) return []
      return [`${name}, requested: ${printed(requested)}, allocatable: ${printed(allocatable)}`]
    })
    if (over.length === 0) return null
    const said = over.join('; ')
    return refuse(a, `node didn't have enough allocatable resources: ${said}`, { object, field: 'status.allocatable', found: said }, [
      { reason: 'NodeCapacity' },
    ])
  },
}
