/** `act` on each, the next when the one before is through; then `done`. Who does not call `then` ends it. */
export function inOrder<T>(items: readonly T[], act: (item: T, then: () => void) => void, done: () => void): void {
  const [first, ...others] = items
  if (first === undefined) done()
  else act(first, () => inOrder(others, act, done))
}
