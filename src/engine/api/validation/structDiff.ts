// What differs between two specs, as lines. Upstream prints a unified diff of its internal Go structs, which have other field names.
// Upstream: apimachinery pkg/util/diff

import { goJson } from '../../base/json'
import type { JsonObject } from '../object'

export function structDiff(before: JsonObject, after: JsonObject): string {
  const a = goJson(before, 1).split('\n')
  const b = goJson(after, 1).split('\n')
  const [inA, inB] = [new Set(a), new Set(b)]
  return ['@@ -1 +1 @@', ...a.filter((l) => !inB.has(l)).map((l) => `-${l}`), ...b.filter((l) => !inA.has(l)).map((l) => `+${l}`)].join(
    '\n',
  )
}
