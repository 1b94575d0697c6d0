// Pod, v1. Its rules stand beside this file; generic code knows it only through this value.
// Upstream: kubernetes pkg/registry/core/pod/strategy.go

import type { Kind, StrategyContext } from '../../kind'
import type { ApiObject } from '../../object'
import { withFields, without } from '../../../base/without'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import { podColumns, podRowConditions } from './columns'
import { defaultPod } from './defaults'
import { withLabelKeys } from './labelKeys'
import { isPodPhaseTerminal } from './phase'
import { withPodResources } from './podResources'
import { withAppArmorFields } from './profiles'
import { qosClass } from './resources'
import { podSubresources } from './subresources'
import type { Pod } from './types'
import { podGeneration, validatePodUpdate } from './update'
import { validatePod } from './validation'
import { podWarnings } from './warnings'

const asPod = (object: ApiObject) => object as Pod
const field = (read: (pod: Pod) => string | undefined) => (object: ApiObject) => read(asPod(object)) ?? ''

/** Stop signals are a feature that is off: what asks for one loses it, and a lifecycle with nothing else goes too. */
function withoutStopSignals(pod: Pod): Pod {
  if (!pod.spec.containers?.some((c) => c.lifecycle?.stopSignal !== undefined)) return pod
  const containers = pod.spec.containers.map((c) => {
    if (c.lifecycle?.stopSignal === undefined) return c
    const { lifecycle, ...rest } = c
    const hooks = without(lifecycle, 'stopSignal')
    return Object.keys(hooks).length > 0 ? { ...rest, lifecycle: hooks } : rest
  })
  return { ...pod, spec: { ...pod.spec, containers } }
}

/** Who does not know of resources of the whole leaves them as they are. */
const keepingResources = (pod: Pod, { spec: { resources } }: Pod): Pod =>
  resources && !pod.spec.resources ? { ...pod, spec: { ...pod.spec, resources } } : pod

function prepareForCreate(object: ApiObject, { now, warn }: StrategyContext): Pod {
  const made = withPodResources(withAppArmorFields(withLabelKeys(withoutStopSignals(asPod(object))), warn))
  const conditions = made.spec.schedulingGates?.length ? { conditions: [gatedCondition(now)] } : {}
  return withFields(made, {
    metadata: withFields(made.metadata, { generation: 1 }),
    status: { phase: 'Pending', ...conditions, qosClass: qosClass(made) },
  })
}

const gatedCondition = (now: string) => ({
  type: 'PodScheduled',
  status: 'False',
  lastProbeTime: null,
  lastTransitionTime: now,
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
})

function prepareForUpdate(object: ApiObject, old: ApiObject): Pod {
  const pod = keepingResources(asPod(object), asPod(old))
  return { ...pod, metadata: withFields(pod.metadata, { generation: podGeneration(pod, asPod(old)) }), status: asPod(old).status }
}

export const pod: Kind = {
  group: '',
  version: 'v1',
  kind: 'Pod',
  resource: 'pods',
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'pods',
  schema: types.struct('Pod'),
  returnsDeletedObject: true,
  columns: podColumns,
  rowConditions: (object) => podRowConditions(asPod(object)),
  defaults: (object) => defaultPod(asPod(object)),
  prepareForCreate,
  prepareForUpdate,
  validate: (object) => validatePod(asPod(object)),
  validateUpdate: (object, old) => validatePodUpdate(asPod(object), asPod(old)),
  warnings: (object, old) => podWarnings(asPod(object), old),
  fieldSelectors: {
    'spec.nodeName': field((p) => p.spec.nodeName),
    'spec.restartPolicy': field((p) => p.spec.restartPolicy),
    'spec.schedulerName': field((p) => p.spec.schedulerName),
    'spec.serviceAccountName': field((p) => p.spec.serviceAccountName),
    'spec.hostNetwork': field((p) => String(p.spec.hostNetwork ?? false)),
    'status.phase': field((p) => p.status.phase),
    'status.podIP': field((p) => p.status.podIP),
    'status.podIPs': field((p) => p.status.podIPs?.[0]?.ip),
    'status.nominatedNodeName': field((p) => p.status.nominatedNodeName),
  },
  watchedBy: 'spec.nodeName',
  /** No grace for what no kubelet runs. */
  gracePeriod: (object, asked) => {
    const { spec, status } = asPod(object)
    const grace = asked ?? spec.terminationGracePeriodSeconds ?? 30
    if (!spec.nodeName || isPodPhaseTerminal(status.phase)) return 0
    return grace < 0 ? 1 : grace
  },
  subresources: podSubresources,
}
