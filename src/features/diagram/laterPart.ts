// Something that is loaded when it is first wanted, and stands there from then on.

export interface LaterPart<T> {
  /** Null until it is loaded. A component asks for this before it waits: even a promise that has been kept suspends for a moment. */
  readonly loaded: T | null
  /** Loads it, unless it is loaded; after a failure, anew. */
  load(): Promise<T>
}

export function laterPart<T>(load: () => Promise<T>): LaterPart<T> {
  let loading: Promise<T> | null = null
  let loaded: T | null = null
  return {
    get loaded() {
      return loaded
    },
    load: () =>
      (loading ??= load().then(
        (part) => (loaded = part),
        (error: unknown) => {
          loading = null
          throw error
        },
      )),
  }
}
