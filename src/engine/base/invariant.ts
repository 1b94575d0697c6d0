/** Throws when the engine itself is wrong; what a client did wrong is answered with a Status instead. `values` are shown in the message. */
export function invariant(condition: unknown, message: string, values: Readonly<Record<string, unknown>> = {}): asserts condition {
  if (condition) return
  const shown = Object.entries(values).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  throw new Error([`invariant: ${message}`, ...shown].join(' '))
}
