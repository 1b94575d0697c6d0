// Points for a node by how much of its storage a Pod's claims would use: none of it gives 100, all of it 0. Each storage class counts alike.
// Upstream: kubernetes pkg/scheduler/framework/plugins/volumebinding/{volume_binding,scorer}.go (Score, with StorageCapacityScoring)

import { capacityOf, classOf, sizeOf } from '../../api/kinds/persistentvolume/persistentVolumes'
import { amount } from '../cache/resources'
import { MAX_SCORE } from '../framework/interface'
import type { PodVolumes } from './volumeBinder'

interface Use {
  readonly requested: number
  readonly capacity: number
}

export function storageScore(volumes: PodVolumes): number {
  const uses = [...usesByClass(volumes).values()]
  return uses.length === 0 ? 0 : Math.round(uses.reduce((sum, use) => sum + scoreOf(use), 0) / uses.length)
}

/** Volumes that are there count where there are any; otherwise what the drivers say that they have left. */
function usesByClass({ bindings, provisions }: PodVolumes): ReadonlyMap<string, Use> {
  const uses = new Map<string, Use>()
  const known = (name: string) => uses.get(name) ?? { requested: 0, capacity: 0 }
  for (const { claim, volume } of bindings) {
    const name = classOf(volume)
    const { requested, capacity } = known(name)
    uses.set(name, { requested: requested + bytes(sizeOf(claim)), capacity: capacity + bytes(capacityOf(volume)) })
  }
  if (bindings.length > 0) return uses
  for (const { claim, capacity } of provisions) {
    if (!capacity) continue
    // Claims of one class share what is left: it is not summed up.
    const requested = known(classOf(claim)).requested + bytes(sizeOf(claim))
    uses.set(classOf(claim), { requested, capacity: bytes(capacity.capacity ?? '0') })
  }
  return uses
}

function scoreOf({ requested, capacity }: Use): number {
  return capacity === 0 || requested > capacity ? 0 : MAX_SCORE - Math.trunc((requested * MAX_SCORE) / capacity)
}

const bytes = (quantity: string) => amount('storage', quantity)
