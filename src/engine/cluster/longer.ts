// A typed array cannot grow: a longer one takes over its numbers.

/** `made` with the numbers of `old` at its beginning. */
export function longer<T extends Int32Array | Float64Array>(old: T, made: T): T {
  made.set(old)
  return made
}
