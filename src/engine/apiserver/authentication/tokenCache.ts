// What tokens were good for lately.
// Upstream: apiserver pkg/authentication/token/cache

import type { UserInfo } from '../requestContext'

export interface Authenticated {
  readonly user: UserInfo
  readonly audiences: readonly string[]
  /** For the answer to whoever sent the token. */
  readonly warnings?: readonly string[]
}

/** Milliseconds. */
const REMEMBERED = 10_000
export class TokenCache {
  private readonly known = new Map<string, Authenticated & { readonly until: number }>()

  get(key: string, now: number): Authenticated | undefined {
    const found = this.known.get(key)
    return found && found.until > now ? found : undefined
  }

  keep(key: string, found: Authenticated, now: number): void {
    this.known.delete(key)
    this.known.set(key, { ...found, until: now + REMEMBERED })
    // In the order in which they were kept, so that the old ones stand first.
    for (const [old, { until }] of this.known) {
      if (until > now) return
      this.known.delete(old)
    }
  }
}
