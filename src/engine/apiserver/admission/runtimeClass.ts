// A Pod that names a RuntimeClass gets its overhead and its scheduling.
// Upstream: kubernetes plugin/pkg/admission/runtimeclass/admission.go

import { goQuote } from '../../api/go/goQuote'
import { equalJson } from '../../base/equal'
import type { Pod, Toleration } from '../../api/kinds/pod/types'
import { goError } from '../../api/errors/status'
import type { RuntimeClass } from '../../api/kinds/runtimeclass'
import type { ServerState } from '../serverState'
import { isPod, refuse, type Attributes, type Plugin } from './plugin'

function classOf({ object }: Attributes, server: ServerState): { readonly name: string; readonly found: RuntimeClass | undefined } {
  const name = String((object as Pod).spec.runtimeClassName ?? '')
  return { name, found: name === '' ? undefined : (server.cached('runtimeclasses', '', name) as RuntimeClass | undefined) }
}

export const runtimeClassAdmission: Plugin = {
  name: 'RuntimeClass',
  admit(a, server) {
    if (!isPod(a) || a.operation !== 'CREATE') return a.object
    const pod = a.object as Pod
    const { name, found } = classOf(a, server)
    if (pod.spec.runtimeClassName === '')
      return { refusal: { status: goError('resource name may not be empty'), facts: [{ field: 'spec.runtimeClassName', sent: '' }] } }
    if (name !== '' && !found)
      return {
        refusal: refuse(a, `pod rejected: RuntimeClass ${goQuote(name)} not found`, { field: 'spec.runtimeClassName', sent: name }),
      }
    const { overhead, scheduling } = found ?? {}
    if (overhead?.podFixed && pod.spec.overhead && !equalJson(pod.spec.overhead, overhead.podFixed))
      return {
        refusal: refuse(a, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead", {
          field: 'spec.overhead',
          sent: JSON.stringify(pod.spec.overhead),
          expected: JSON.stringify(overhead.podFixed),
        }),
      }
    const { nodeSelector = {}, tolerations = [] } = scheduling ?? {}
    for (const [key, value] of Object.entries(nodeSelector)) {
      const own = pod.spec.nodeSelector?.[key]
      if (own !== undefined && own !== value)
        return {
          refusal: refuse(a, `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`, {
            field: `spec.nodeSelector[${key}]`,
            sent: own,
            expected: value,
            object: `RuntimeClass ${name}`,
          }),
        }
    }
    if (!overhead?.podFixed && !scheduling) return pod
    const own = pod.spec.tolerations ?? []
    const added = (tolerations as readonly Toleration[]).filter((t) => !own.some((o) => equalJson(o, t)))
    return {
      ...pod,
      spec: {
        ...pod.spec,
        ...(overhead?.podFixed ? { overhead: overhead.podFixed } : {}),
        ...(scheduling?.nodeSelector ? { nodeSelector: { ...pod.spec.nodeSelector, ...nodeSelector } } : {}),
        ...(added.length > 0 ? { tolerations: [...own, ...added] } : {}),
      },
    }
  },
  validate(a, server) {
    if (!isPod(a) || a.operation !== 'CREATE' || !(a.object as Pod).spec.overhead) return null
    return classOf(a, server).found?.overhead?.podFixed
      ? null
      : refuse(a, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead', {
          field: 'spec.overhead',
          sent: JSON.stringify((a.object as Pod).spec.overhead),
        })
  },
}
