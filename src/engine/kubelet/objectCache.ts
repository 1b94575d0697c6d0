// The ConfigMaps and Secrets that the Pods of this node name: one streaming watch for each object, from its first Pod to its last.
// Upstream: kubernetes pkg/kubelet/util/manager/watch_based_manager.go

import type { ApiObject } from '../api/object'
import type { PartIo } from '../base/part'
import type { ClientApi } from '../client/types'
import { Informer } from '../client/informer'

export interface ObjectRef {
  readonly kind: 'configmap' | 'secret'
  readonly name: string
}

interface Entry {
  readonly informer: Informer
  users: number
  waiting: (() => void)[]
}

export class ObjectCache {
  private readonly entries = new Map<string, Entry>()

  constructor(
    private readonly io: PartIo,
    private readonly client: ClientApi,
  ) {}

  acquire(namespace: string, ref: ObjectRef): void {
    const key = keyOf(namespace, ref)
    const known = this.entries.get(key)
    if (known) {
      known.users++
      return
    }
    const waiting: (() => void)[] = []
    const informer = new Informer(
      this.io,
      this.client,
      `/api/v1/namespaces/${namespace}/${ref.kind}s`,
      {},
      `fieldSelector=metadata.name%3D${ref.name}`,
      () => waiting.splice(0).forEach((go) => go()),
    )
    this.entries.set(key, { informer, users: 1, waiting })
    informer.start()
  }

  release(namespace: string, ref: ObjectRef): void {
    const key = keyOf(namespace, ref)
    const entry = this.entries.get(key)
    if (!entry || --entry.users > 0) return
    entry.informer.stop()
    this.entries.delete(key)
  }

  /** The object of an acquired reference; undefined if it does not exist. */
  get(namespace: string, ref: ObjectRef): ApiObject | undefined {
    return this.entries.get(keyOf(namespace, ref))?.informer.get(namespace, ref.name)
  }

  /** Calls back when all of these have been heard of, at once if they have. */
  whenKnown(namespace: string, refs: readonly ObjectRef[], done: () => void): void {
    const entry = refs.map((ref) => this.entries.get(keyOf(namespace, ref))).find((e) => e && !e.informer.synced)
    if (entry) entry.waiting.push(() => this.whenKnown(namespace, refs, done))
    else done()
  }
}

const keyOf = (namespace: string, { kind, name }: ObjectRef) => `${kind}/${namespace}/${name}`
