/** The numbers of a typed array in a longer one. */
export function longer<T extends Int32Array | Float64Array>(old: T, made: T): T {
  made.set(old)
  return made
}
