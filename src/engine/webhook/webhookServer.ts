// A server of admission webhooks that is reached by URL: it allows what it is asked about, or denies it, or never answers, as it is told.
// What it was told is its configuration, which a restart does not change.
// Leaves out: patches, warnings, audit annotations in its answers; telling one path from another.
// Upstream: kubernetes api/admission/v1/types.go (AdmissionReview)

import type { JsonObject } from '../base/json'
import type { Part, PartIo } from '../base/part'
import type { PartId } from '../base/ids'
import type { Message } from '../base/wire'

export type WebhookMood = 'allows' | 'denies' | 'silent'

export class WebhookServer implements Part {
  readonly id = 'webhook'
  mood: WebhookMood = 'allows'
  private io!: PartIo

  start(io: PartIo): void {
    this.io = io
  }

  crash(): void {}

  receive(message: Message, from: PartId): void {
    if (message.type !== 'http.request' || this.mood === 'silent') return
    const { id, body } = message.request
    const review = (typeof body === 'object' ? body : {}) as { readonly request?: { readonly uid?: string } }
    const uid = review.request?.uid ?? ''
    const denied = { uid, allowed: false, status: { code: 403, message: 'denied by the webhook server' } }
    const answer: JsonObject = {
      kind: 'AdmissionReview',
      apiVersion: 'admission.k8s.io/v1',
      response: this.mood === 'denies' ? denied : { uid, allowed: true },
    }
    const headers = { 'content-type': 'application/json' }
    this.io.send(from, { type: 'http.response', request: id, response: { status: 200, headers, body: answer } })
  }
}
