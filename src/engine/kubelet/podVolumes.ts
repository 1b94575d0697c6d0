// What must be there before a Pod's sandbox: the ConfigMaps and Secrets of its volumes, and its ServiceAccount's token. A volume that
// cannot be set up is tried again, after half a second at first and then ever later.
// Leaves out: attaching, persistent volumes.
// Upstream: kubernetes pkg/kubelet/volumemanager, pkg/util/goroutinemap/exponentialbackoff

import type { Pod } from '../api/kinds/pod/types'
import type { ObjectRef } from './objectCache'
import type { PodContext } from './podContext'
import { PodTokens } from './podTokens'
import { referencesOf, volumeProblems, type Find } from './podReferences'

/** Milliseconds; as the recorded audit logs show them. */
const MOUNT = 200
const RETRY = 500
const RETRY_MAX = 122_000

type PodVolumesContext = Pick<PodContext, 'io' | 'client' | 'objects' | 'tokenTurns'>

export class PodVolumes {
  private readonly namespace: string
  private readonly refs: readonly ObjectRef[]
  private held = false
  private readonly find: Find
  private readonly tokens: PodTokens

  constructor(
    private readonly pod: Pod,
    private readonly context: PodVolumesContext,
  ) {
    this.namespace = pod.metadata.namespace ?? 'default'
    this.refs = referencesOf(pod)
    this.tokens = new PodTokens(pod, context)
    this.find = (ref) => context.objects.get(this.namespace, ref)
  }

  /** Finds what the Pod's containers and volumes name; undefined if it does not exist. */
  get finder(): Find {
    return this.find
  }

  /** `failed` hears of each volume that cannot be set up yet; `done` comes once, when all are. */
  mount(failed: (message: string) => void, done: () => void): void {
    for (const ref of this.refs) this.context.objects.acquire(this.namespace, ref)
    this.held = true
    const attempt = (delay: number) => {
      if (!this.held) return
      this.tokens.acquire((token) => {
        const problems = volumeProblems(this.pod, this.find, token)
        if (problems.length === 0) done()
        else again(problems, delay)
      })
    }
    const again = (problems: readonly string[], delay: number) => {
      problems.forEach(failed)
      this.context.io.after(delay, () => attempt(Math.min(RETRY_MAX, delay * 2)))
    }
    this.context.io.after(MOUNT, () => {
      if (this.held) this.context.objects.whenKnown(this.namespace, this.refs, () => attempt(RETRY))
    })
  }

  release(): void {
    if (!this.held) return
    this.held = false
    this.tokens.release()
    for (const ref of this.refs) this.context.objects.release(this.namespace, ref)
  }
}
