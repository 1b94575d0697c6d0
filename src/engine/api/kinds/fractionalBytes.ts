// Of bytes there are no parts: who asks for some is warned.
// Upstream: kubernetes pkg/api/pod/warnings.go, pkg/api/persistentvolumeclaim/util.go

import { goQuote } from '../go/goQuote'
import { parseQuantity } from '../scalars/quantity'
import type { Path } from '../validation/rules'

/** `at` is the list that the resource stands in. */
export function fractionWarnings(list: Readonly<Record<string, string>> | undefined, name: string, at: Path): readonly string[] {
  const quantity = list?.[name] === undefined ? null : parseQuantity(list[name])
  if (!quantity || quantity.nano % 1_000_000_000n === 0n) return []
  return [`${at.key(name)}: fractional byte value ${goQuote(list![name]!)} is invalid, must be an integer`]
}
