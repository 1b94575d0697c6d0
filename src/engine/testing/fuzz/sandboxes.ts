// Which Pod runs where, as the container runtimes do it: no two Pods of a name at once, and none in two places. Tests only.

import type { Hop } from '../../base/hop'

interface Place {
  readonly node: string
  readonly sandbox: string
  readonly uid: string
}

export class Sandboxes {
  private readonly places = new Map<string, Place[]>()

  /** What is wrong with a hop. */
  take(hop: Hop): string | null {
    if (hop.kind === 'fault' && hop.active && hop.fault.kind === 'nodeDown') this.lose(hop.fault.node)
    if (hop.kind !== 'send') return null
    const { message } = hop
    if (message.type === 'cri.reply' && message.method === 'RunPodSandbox' && message.result)
      return this.start(hop.to, String(message.result.sandbox), hop.index)
    if (message.type === 'cri.call' && (message.method === 'StopPodSandbox' || message.method === 'RemovePodSandbox'))
      this.stop(hop.from, String(message.params.sandbox))
    return null
  }

  private start(node: string, sandbox: string, index: number): string | null {
    const [name = '', namespace = '', uid = ''] = sandbox.split('_')
    const pod = `${namespace}/${name}`
    const there = this.places.get(pod) ?? []
    const other = there.find((p) => p.node !== node)
    this.places.set(pod, [...there.filter((p) => p.sandbox !== sandbox), { node, sandbox, uid }])
    return other ? `${pod} (${uid}) starts on ${node} at hop ${index} and runs on ${other.node} (${other.uid})` : null
  }

  private stop(node: string, sandbox: string): void {
    const [name = '', namespace = ''] = sandbox.split('_')
    const pod = `${namespace}/${name}`
    const left = this.places.get(pod)?.filter((p) => p.node !== node || p.sandbox !== sandbox)
    this.places.set(pod, left ?? [])
  }

  private lose(node: string): void {
    for (const [pod, places] of this.places) {
      const left = places.filter((p) => p.node !== node)
      this.places.set(pod, left)
    }
  }
}
