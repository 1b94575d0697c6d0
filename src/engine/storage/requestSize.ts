// Whether etcd would refuse a write as too large. Upstream measures the protobuf; we hold objects, so this adds up their texts and
// a few bytes for each field, which is near it where size matters (long texts).
// Upstream: etcd server/etcdserver/v3_server.go (ErrRequestTooLarge), --max-request-bytes

import { anyDepth } from '../base/anyDepth'
import type { Json } from '../base/json'
import type { EtcdWriteOp } from '../base/wire'

const MAX_REQUEST_BYTES = 1.5 * 1024 * 1024
const FIELD = 2
/** UTF-8 bytes for each UTF-16 unit, at most. */
const WIDEST = 3

export function isTooLarge(write: EtcdWriteOp): boolean {
  if (write.op === 'delete' || sizeOf(write.value, lengthOf) * WIDEST <= MAX_REQUEST_BYTES) return false
  return sizeOf(write.value, bytesOf) > MAX_REQUEST_BYTES
}

const sizeOf = anyDepth(0, (value: Json | undefined, textSize: (text: string) => number): number => {
  if (typeof value === 'string') return textSize(value) + FIELD
  if (typeof value !== 'object' || value === null) return FIELD
  let size = FIELD
  if (Array.isArray(value)) for (const item of value) size += sizeOf(item as Json, textSize)
  else for (const name in value) size += sizeOf((value as { readonly [field: string]: Json | undefined })[name], textSize)
  return size
})

const lengthOf = (text: string) => text.length

function bytesOf(text: string): number {
  let bytes = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    // Each half of a surrogate pair counts 2: 4 for the pair.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3
  }
  return bytes
}
