// Pods that are promised a node, by preemption or on their way to it: other Pods of the same or lower priority count them as if they were there.
// Upstream: kubernetes pkg/scheduler/backend/queue/nominator.go

import type { Pod } from '../../api/kinds/pod/types'

export const priorityOf = ({ spec }: Pod): number => spec.priority ?? 0

const NOBODY: readonly Pod[] = []

export class Nominator {
  private readonly nodeOf = new Map<string, string>()
  private readonly byNode = new Map<string, Pod[]>()

  podsOn(node: string): readonly Pod[] {
    return this.byNode.get(node) ?? NOBODY
  }

  /** `node` undefined: as the Pod's status says. An empty one ends the promise. */
  set(pod: Pod, node: string | undefined): void {
    const promised = node ?? pod.status.nominatedNodeName ?? ''
    this.delete(pod)
    if (promised === '') return
    this.nodeOf.set(pod.metadata.uid!, promised)
    this.byNode.set(promised, [...this.podsOn(promised), pod])
  }

  /** A newer version of the Pod: it keeps a promise of which its status does not know yet. */
  update(old: Pod, pod: Pod): void {
    const known = this.nodeOf.get(old.metadata.uid!)
    const kept = !old.status.nominatedNodeName && !pod.status.nominatedNodeName ? known : undefined
    this.set(pod, kept)
  }

  delete({ metadata }: Pod): void {
    const node = this.nodeOf.get(metadata.uid!)
    if (node === undefined) return
    this.nodeOf.delete(metadata.uid!)
    const others = this.podsOn(node).filter((p) => p.metadata.uid !== metadata.uid)
    if (others.length > 0) this.byNode.set(node, others)
    else this.byNode.delete(node)
  }
}
