// When the change happened that a write of endpoints tells of: the annotation by which others measure how long programming the network takes.
// Upstream: endpointslice util/trigger_time_tracker.go

import type { Pod } from '../../api/kinds/pod/types'
import type { ApiObject } from '../../api/object'

export const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time'

interface Known {
  readonly service: string
  readonly pods: ReadonlyMap<string, string>
}

/** Times are RFC 3339 to the second in UTC, so they compare as texts. */
export class TriggerTimes {
  private readonly known = new Map<string, Known>()

  /** The earliest of those times that moved since this was last asked; undefined where none did. */
  of(key: string, { metadata }: ApiObject, pods: readonly Pod[]): string | undefined {
    const was = this.known.get(key)
    const service = metadata.creationTimestamp ?? ''
    const times = new Map<string, string>()
    let earliest: string | undefined
    const moved = (time: string) => {
      if (earliest === undefined || time < earliest) earliest = time
    }
    for (const pod of pods) {
      const time = pod.status.conditions?.find((c) => c.type === 'Ready')?.lastTransitionTime
      if (!time) continue
      times.set(pod.metadata.name!, time)
      if (time > (was?.pods.get(pod.metadata.name!) ?? '')) moved(time)
    }
    if (service > (was?.service ?? '')) moved(service)
    this.known.set(key, { service, pods: times })
    return was ? earliest : service
  }

  forget(key: string): void {
    this.known.delete(key)
  }
}
