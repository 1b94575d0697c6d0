// The tokens in a Pod's projected volumes: asked of the API server before there is a sandbox, and asked for anew at the first sync of the Pod
// that finds four fifths of their time gone, or a day. While that fails, the old one is kept.
// Upstream: kubernetes pkg/kubelet/token/token_manager.go, pkg/volume/projected/projected.go

import type { Pod } from '../api/kinds/pod/types'
import { isObject, type JsonObject } from '../base/json'
import type { Millis, PartIo, Timer } from '../base/part'
import type { Rng } from '../base/rng'
import { bodyOf, messageOf } from '../client/answers'
import { create } from '../client/requests'
import type { ClientApi } from '../client/types'

/** Milliseconds; syncs of a Pod of which nothing is new are so far apart, and up to half as much more. */
const SYNC = 60_000
const DAY = 86_400_000
/** Seconds. */
const JITTER = 10

interface TokenVolume {
  readonly volume: string
  readonly audience: string
  readonly expirationSeconds: number
}

interface TokenAnswer extends JsonObject {
  readonly spec?: { readonly expirationSeconds?: number }
}

export class PodTokens {
  private readonly volumes: readonly TokenVolume[]
  /** When those that it has are asked for anew. */
  private readonly refreshes = new Map<TokenVolume, Timer>()
  private random: Rng | null = null
  private released = false

  constructor(
    private readonly pod: Pod,
    private readonly context: { readonly io: PartIo; readonly client: ClientApi },
  ) {
    const all = (pod.spec.volumes ?? []).flatMap(tokensOf)
    // Two that ask for the same are given the same.
    this.volumes = all.filter(
      (token, i) => all.findIndex((t) => t.audience === token.audience && t.expirationSeconds === token.expirationSeconds) === i,
    )
  }

  /** Asks for those that it lacks, one after the other; `done` hears why a volume cannot be set up, or null. */
  acquire(done: (problem: string | null) => void): void {
    const token = this.volumes.find((t) => !this.refreshes.has(t))
    if (!token) return done(null)
    this.request(token, (problem) => {
      if (problem === null) this.acquire(done)
      else done(`MountVolume.SetUp failed for volume "${token.volume}" : failed to fetch token: ${problem}`)
    })
  }

  release(): void {
    this.released = true
    for (const timer of this.refreshes.values()) timer.cancel()
    this.refreshes.clear()
  }

  private request(token: TokenVolume, then: (problem: string | null) => void): void {
    const { metadata, spec } = this.pod
    const path = `/api/v1/namespaces/${metadata.namespace ?? 'default'}/serviceaccounts/${spec.serviceAccountName ?? 'default'}/token`
    const body: JsonObject = {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: {},
      spec: {
        audiences: token.audience ? [token.audience] : null,
        expirationSeconds: token.expirationSeconds,
        boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: metadata.name, uid: metadata.uid },
      },
    }
    this.context.client.request(create(path, body), (answer) => {
      if (this.released) return
      const given = bodyOf<TokenAnswer>(answer)
      if (given) this.refreshAfter(token, this.lasts((given.spec?.expirationSeconds ?? token.expirationSeconds) * 1000))
      then(given ? null : messageOf(answer))
    })
  }

  private refreshAfter(token: TokenVolume, delay: Millis): void {
    const refresh = () =>
      this.request(token, (problem) => {
        if (problem !== null) this.refreshAfter(token, this.nextSync)
      })
    this.refreshes.set(token, this.context.io.after(delay, refresh, { background: true }))
  }

  /** From when it was given to when it is asked for anew. */
  private lasts(life: Millis): Millis {
    const due = Math.min(life * 0.8, DAY) - this.chance.int(JITTER) * 1000
    return due + this.nextSync * this.chance.next()
  }

  private get nextSync(): Millis {
    return SYNC * (1 + this.chance.next() / 2)
  }

  /** A stream of its own: what it draws shifts nothing else. */
  private get chance(): Rng {
    return (this.random ??= this.context.io.random.fork(`tokens of ${this.pod.metadata.uid}`))
  }
}

function tokensOf({ name, projected }: JsonObject): readonly TokenVolume[] {
  const sources = isObject(projected) ? (projected.sources as readonly JsonObject[] | undefined) : undefined
  return (sources ?? []).flatMap(({ serviceAccountToken: token }) =>
    isObject(token)
      ? [{ volume: String(name), audience: String(token.audience ?? ''), expirationSeconds: Number(token.expirationSeconds ?? 3600) }]
      : [],
  )
}
