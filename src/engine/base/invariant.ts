// What holds as long as the engine itself is right; what a client did wrong is answered with a Status instead.

/** Throws unless the condition holds. `values` are shown in the message. */
export function invariant(condition: unknown, message: string, values: Readonly<Record<string, unknown>> = {}): asserts condition {
  if (condition) return
  const shown = Object.entries(values).map(
    ([name, value]) => `${name}=${JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner))}`,
  )
  throw new Error([`invariant: ${message}`, ...shown].join(' '))
}
