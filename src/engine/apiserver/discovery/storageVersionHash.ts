// Tells clients when the form in which objects are stored changes: a hash of group, version and kind of that form.
// Upstream: apiserver pkg/endpoints/discovery/storageversionhash.go

import { base64OfBytes } from '../../base/base64'
import type { Kind } from '../../api/kind'
import { sha256 } from '../../base/sha256'

const known = new WeakMap<Kind, string>()

export function storageVersionHash(kind: Kind): string {
  let hash = known.get(kind)
  if (hash === undefined) {
    const { group, version } = kind.storedAs ?? { ...kind, version: kind.storageVersion ?? kind.version }
    hash = base64OfBytes(sha256(`${group}/${version}/${kind.kind}`).subarray(0, 8))
    known.set(kind, hash)
  }
  return hash
}
