// A Pod on its node becomes nothing that needs a feature which that node does not declare.
// Leaves out: what a ResourceSlice may say of a node.
// Upstream: kubernetes plugin/pkg/admission/nodedeclaredfeatures

import type { Node } from '../../api/kinds/node'
import { featuresToUpdate, missingFeatures } from '../../api/kinds/pod/nodeFeatures'
import type { Pod } from '../../api/kinds/pod/types'
import { refuse, type Plugin } from './plugin'

export const nodeDeclaredFeatureValidator: Plugin = {
  name: 'NodeDeclaredFeatureValidator',
  validate(a, server) {
    if (a.operation !== 'UPDATE' || a.kind.resource !== 'pods' || a.kind.group !== '') return null
    if (a.subresource !== '' && a.subresource !== 'resize') return null
    const [pod, old] = [a.object as Pod, a.old as Pod]
    const { nodeName } = pod.spec
    if (!nodeName || pod.metadata.generation === old.metadata.generation) return null
    const needed = featuresToUpdate(pod.spec, old.spec)
    if (needed.length === 0) return null
    const object = `Node ${nodeName}`
    const node = server.cached('minions', '', nodeName) as Node | undefined
    if (!node) return refuse(a, `node "${nodeName}" not found`, { object, expected: 'there' })
    const missing = missingFeatures(needed, node.status.declaredFeatures)
    if (missing.length === 0) return null
    const names = missing.join(', ')
    const why = `pod update requires features ${names} which are not available on node "${nodeName}"`
    const found = node.status.declaredFeatures?.join(', ') ?? ''
    return refuse(a, why, { object, field: 'status.declaredFeatures', found, expected: names })
  },
}
