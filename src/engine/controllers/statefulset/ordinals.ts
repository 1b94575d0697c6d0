// The numbers of a StatefulSet's Pods, which stand at the end of their names.
// Upstream: kubernetes pkg/controller/statefulset/stateful_set_utils.go

import type { Pod } from '../../api/kinds/pod/types'
import type { StatefulSet } from './types'

export const startOf = ({ spec }: StatefulSet): number => spec.ordinals?.start ?? 0
export const wishOf = ({ spec }: StatefulSet): number => spec.replicas ?? 1

/** −1 where the name does not end in a number. */
export function ordinalOf(pod: Pod): number {
  const number = nameParts(pod)[1]
  return number === undefined || Number(number) > 2 ** 31 - 1 ? -1 : Number(number)
}

export const isMember = (set: StatefulSet, pod: Pod): boolean => nameParts(pod)[0] === set.metadata.name

export function isInRange(set: StatefulSet, pod: Pod): boolean {
  const index = ordinalOf(pod) - startOf(set)
  return ordinalOf(pod) >= 0 && index >= 0 && index < wishOf(set)
}

function nameParts({ metadata }: Pod): readonly [string, string] | readonly [] {
  const found = /^(.*)-(\d+)$/.exec(metadata.name ?? '')
  return found ? [found[1]!, found[2]!] : []
}
