// Lists that hold so many items and no more: of one that is too long nothing else is said.
// Upstream: kubernetes pkg/apis/resource/validation/validation.go (validateSlice, validateSet), v1.37

import { NONE, repeated, seenBefore, tooMany, type Errors, type Path, type Validate } from '../../validation/rules'

export function upTo<T>(most: number, items: readonly T[] | undefined, at: Path, validate: Validate<T>): Errors {
  if (!items?.length) return NONE
  return items.length > most ? tooMany(at, items.length, most) : items.flatMap((item, i) => validate(item, at.index(i)))
}

/** The same, where no two may have the same key. */
export function setOf<T>(
  most: number,
  items: readonly T[] | undefined,
  at: Path,
  validate: Validate<T>,
  keyOf: (item: T) => string,
): Errors {
  const again = seenBefore()
  const twice = (items ?? []).slice(0, most).flatMap((item, i) => (again(keyOf(item)) ? repeated(at.index(i), keyOf(item)) : NONE))
  const errors = upTo(most, items, at, validate)
  return (items?.length ?? 0) > most ? errors : [...errors, ...twice]
}
