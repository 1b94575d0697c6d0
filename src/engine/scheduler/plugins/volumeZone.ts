// A volume that lives in a zone or region can be used from there only.
// Upstream: kubernetes pkg/scheduler/framework/plugins/volumezone

import type { Pod } from '../../api/kinds/pod/types'
import { equalJson } from '../../base/equal'
import {
  classOf,
  waitsForConsumer,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type StorageClass,
} from '../../api/kinds/persistentvolume/persistentVolumes'
import { stateKey, type StateData } from '../framework/cycleState'
import { Action } from '../framework/events'
import type { Handle } from '../framework/handle'
import { unresolvable, type Plugin, type Status } from '../framework/interface'
import { isOwnClaim, notFound } from '../volumes/claims'
import { own } from '../../base/json'

const CONFLICT = unresolvable('node(s) had no available volume zone')

/** The older labels mean the same as the newer ones. */
const NEWER: Readonly<Record<string, string>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
}
const LABELS = [...Object.keys(NEWER), ...Object.values(NEWER)]

interface Topology {
  readonly key: string
  readonly values: readonly string[]
}

interface Topologies extends StateData {
  readonly list: readonly Topology[]
}

const STATE = stateKey<Topologies>('VolumeZone')

export function createVolumeZone(handle: Handle): Plugin {
  return {
    name: 'VolumeZone',
    preFilter(state, pod) {
      const list = podTopologies(pod, handle)
      if ('code' in list) return list
      if (list.length === 0) return 'skip'
      state.write(STATE, { list })
      return null
    },
    filter(state, _pod, node) {
      if (!LABELS.some((label) => node.label(label) !== undefined)) return null
      const fits = state.read(STATE).list.every(({ key, values }) => {
        const value = node.label(key) ?? node.label(own(NEWER, key) ?? key)
        return value !== undefined && values.includes(value)
      })
      return fits ? null : CONFLICT
    },
    events: [
      {
        resource: 'StorageClass',
        actions: Action.Add,
        helps: (_pod, { new: added }) => waitsForConsumer(added as StorageClass),
      },
      { resource: 'Node', actions: Action.Add | Action.NodeLabel },
      { resource: 'PersistentVolumeClaim', actions: Action.Add | Action.Update, helps: isOwnClaim },
      {
        resource: 'PersistentVolume',
        actions: Action.Add | Action.Update,
        helps: (_pod, { old, new: now }) =>
          !old || !equalJson(topologiesOf(old as PersistentVolume) as never, topologiesOf(now as PersistentVolume) as never),
      },
    ],
  }
}

function podTopologies({ metadata, spec }: Pod, handle: Handle): readonly Topology[] | Status {
  const out: Topology[] = []
  for (const volume of spec.volumes ?? []) {
    const name = (volume.persistentVolumeClaim as { readonly claimName: string } | undefined)?.claimName
    if (name === undefined) continue
    const claim = handle.lister('persistentvolumeclaims').get(metadata.namespace!, name) as PersistentVolumeClaim | undefined
    if (!claim) return unresolvable(notFound('persistentvolumeclaim', name))
    const { volumeName } = claim.spec
    if (!volumeName) {
      const className = classOf(claim)
      if (className === '') return unresolvable('PersistentVolumeClaim had no pv name and storageClass name')
      const storageClass = handle.lister('storageclasses').get('', className) as StorageClass | undefined
      if (!storageClass) return unresolvable(notFound('storageclass.storage.k8s.io', className))
      if (waitsForConsumer(storageClass)) continue
      return unresolvable('PersistentVolume had no name')
    }
    const found = handle.lister('persistentvolumes').get('', volumeName) as PersistentVolume | undefined
    if (!found) return unresolvable(notFound('persistentvolume', volumeName))
    out.push(...topologiesOf(found))
  }
  return out
}

function topologiesOf({ metadata }: PersistentVolume): readonly Topology[] {
  return LABELS.flatMap((key) => {
    const value = metadata.labels?.[key]
    return value === undefined ? [] : [{ key, values: value.split('__') }]
  })
}
