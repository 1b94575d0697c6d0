// A Pod stays 300 s on a node that is not ready or cannot be reached, unless it says otherwise.
// Upstream: kubernetes plugin/pkg/admission/defaulttolerationseconds/admission.go

import type { Pod, Toleration } from '../../api/kinds/pod/types'
import { isPod, type Plugin } from './plugin'
import { withFields } from '../../base/without'

const KEYS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
const ADDED = KEYS.map((key): Toleration => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }))

export const defaultTolerationSeconds: Plugin = {
  name: 'DefaultTolerationSeconds',
  admit(a) {
    if (!isPod(a)) return a.object
    const pod = a.object as Pod
    const { tolerations = [] } = pod.spec
    const tolerates = (key: string) =>
      tolerations.some((t) => (t.key === key || (!t.key && t.operator === 'Exists')) && (!t.effect || t.effect === 'NoExecute'))
    const missing = ADDED.filter((t) => !tolerates(t.key!))
    return missing.length === 0 ? pod : { ...pod, spec: withFields(pod.spec, { tolerations: tolerations.concat(missing) }) }
  },
}
