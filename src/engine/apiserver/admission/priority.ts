// A Pod's priority comes from its PriorityClass, or from the global default one; clients may name the class, not the number.
// Upstream: kubernetes plugin/pkg/admission/priority/admission.go

import type { Pod } from '../../api/kinds/pod/types'
import type { ApiObject } from '../../api/object'
import { withFields } from '../../base/without'
import type { ServerState } from '../serverState'
import { isPod, refuse, type Attributes, type Denial, type Plugin } from './plugin'

interface PriorityClass extends ApiObject {
  readonly value: number
  readonly globalDefault?: boolean
  readonly preemptionPolicy?: string
}

export const priority: Plugin = {
  name: 'Priority',
  validate: checkDefault,
  admit(a, server) {
    if (!isPod(a) || a.operation !== 'CREATE') return a.object
    const pod = a.object as Pod
    const { priorityClassName = '', priority: sent, preemptionPolicy: policy } = pod.spec
    const found =
      priorityClassName === ''
        ? defaultClass([...server.cache('priorityclasses').values()] as PriorityClass[])
        : (server.cached('priorityclasses', '', priorityClassName) as PriorityClass | undefined)
    if (priorityClassName !== '' && !found)
      return {
        refusal: refuse(a, `no PriorityClass with name ${priorityClassName} was found`, {
          field: 'spec.priorityClassName',
          sent: priorityClassName,
          supported: [...server.cache('priorityclasses').values()].map((c) => c.metadata.name).join(', '),
        }),
      }
    const value = found?.value ?? 0
    const preemption = found?.preemptionPolicy ?? 'PreemptLowerPriority'
    if (sent !== undefined && sent !== value)
      return {
        refusal: refuse(
          a,
          `the integer value of priority (${sent}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
          { field: 'spec.priority', sent: String(sent), expected: String(value), object: `PriorityClass ${found?.metadata.name ?? ''}` },
        ),
      }
    if (policy !== undefined && policy !== preemption)
      return {
        refusal: refuse(
          a,
          `the string value of PreemptionPolicy (${policy}) must not be provided in pod spec; priority admission controller computed ${preemption} from the given PriorityClass name`,
          { field: 'spec.preemptionPolicy', sent: policy, expected: preemption, object: `PriorityClass ${found?.metadata.name ?? ''}` },
        ),
      }
    return {
      ...pod,
      spec: withFields(pod.spec, {
        ...(found ? { priorityClassName: found.metadata.name ?? '' } : {}),
        priority: value,
        preemptionPolicy: preemption,
      }),
    }
  },
}

/** One class alone may be the default. */
function checkDefault(a: Attributes, server: ServerState): Denial | null {
  const { kind, object, operation, subresource } = a
  if (kind.resource !== 'priorityclasses' || subresource !== '' || operation === 'DELETE' || object?.globalDefault !== true) return null
  const other = defaultClass([...server.cache('priorityclasses').values()] as PriorityClass[])
  if (!other || (operation === 'UPDATE' && other.metadata.name === object.metadata.name)) return null
  return refuse(a, `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`, {
    field: 'globalDefault',
    object: `PriorityClass ${other.metadata.name}`,
  })
}

function defaultClass(classes: readonly PriorityClass[]): PriorityClass | undefined {
  return classes.filter((c) => c.globalDefault).sort((a, b) => a.value - b.value)[0]
}
