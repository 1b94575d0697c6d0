// A server of admission webhooks that is reached by URL: it allows what it is asked about, or denies it, or never answers, as it is told.
// What it was told is its configuration, which a restart does not change.
// Leaves out: warnings and audit annotations in its answers.
// Upstream: kubernetes api/admission/v1/types.go (AdmissionReview)

import { base64OfText } from '../base/base64'
import type { JsonObject } from '../base/json'
import type { Part, PartIo } from '../base/part'
import type { PartId } from '../base/ids'
import type { Message } from '../base/wire'

export type WebhookMood = 'allows' | 'denies' | 'silent'

/** What is answered at a path beside `allowed`: a JSON patch, unless the object has a value at a pointer already. */
export interface WebhookPatch {
  readonly path: string
  readonly patch: readonly JsonObject[]
  /** `/metadata/labels/team`. */
  readonly unless?: string
}

export class WebhookServer implements Part {
  readonly id = 'webhook'
  mood: WebhookMood = 'allows'
  private io!: PartIo

  constructor(private readonly patches: readonly WebhookPatch[] = []) {}

  start(io: PartIo): void {
    this.io = io
  }

  crash(): void {}

  receive(message: Message, from: PartId): void {
    if (message.type !== 'http.request' || this.mood === 'silent') return
    const { id, body, path } = message.request
    const review = (typeof body === 'object' ? body : {}) as { readonly request?: { readonly uid?: string; readonly object?: JsonObject } }
    const uid = review.request?.uid ?? ''
    const denied = { uid, allowed: false, status: { code: 403, message: 'denied by the webhook server' } }
    const answer: JsonObject = {
      kind: 'AdmissionReview',
      apiVersion: 'admission.k8s.io/v1',
      response: this.mood === 'denies' ? denied : { uid, allowed: true, ...this.patchFor(path.split('?')[0]!, review.request?.object) },
    }
    const headers = { 'content-type': 'application/json' }
    this.io.send(from, { type: 'http.response', request: id, response: { status: 200, headers, body: answer } })
  }

  private patchFor(path: string, object: JsonObject | undefined): JsonObject {
    const found = this.patches.find((p) => p.path === path)
    if (!found || (found.unless !== undefined && valueAt(object, found.unless) !== undefined)) return {}
    return { patchType: 'JSONPatch', patch: base64OfText(JSON.stringify(found.patch)) }
  }
}

const valueAt = (object: JsonObject | undefined, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((at, key) => (at as JsonObject | undefined)?.[key.replace(/~1/g, '/').replace(/~0/g, '~')], object)
