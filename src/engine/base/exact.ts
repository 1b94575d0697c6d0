// An array without room to grow. V8 gives one that was pushed to, or spread into, room for sixteen more; what is kept by the thousand
// is kept without.

export function exact<T>(array: readonly T[]): T[] {
  return array.slice()
}
