// The pulls of a node: one after the other, for all of its Pods.
// Upstream: kubernetes pkg/kubelet/images/puller.go (serialImagePuller)

import type { HopIndex } from '../base/ids'
import type { Millis, PartIo } from '../base/part'
import type { CriResult, RuntimeClient } from './runtimeClient'

/** `took`: since its turn came. */
type Pulled = (result: CriResult, took: Millis) => void

export class ImagePuller {
  private readonly waiting: { readonly image: string; readonly cause: HopIndex | null; readonly done: Pulled }[] = []
  private busy = false

  constructor(
    private readonly io: PartIo,
    private readonly runtime: RuntimeClient,
  ) {}

  pull(image: string, done: Pulled): void {
    this.waiting.push({ image, cause: this.io.cause, done })
    if (!this.busy) this.next()
  }

  private next(): void {
    const pull = this.waiting.shift()
    this.busy = pull !== undefined
    if (!pull) return
    const began = this.io.now
    this.io.cause = pull.cause
    this.runtime.call('PullImage', { image: pull.image }, (result) => {
      pull.done(result, this.io.now - began)
      this.next()
    })
  }
}
