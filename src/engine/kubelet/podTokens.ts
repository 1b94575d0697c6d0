// The tokens in a Pod's projected volumes: asked of the API server before there is a sandbox, and asked for anew at the first sync of the Pod
// that finds four fifths of their time gone, or a day. While that fails, the old one is kept.
// Upstream: kubernetes pkg/kubelet/token/token_manager.go, pkg/volume/projected/projected.go

import type { Pod } from '../api/kinds/pod/types'
import { exact } from '../base/exact'
import { isObject, type JsonObject } from '../base/json'
import { oneText } from '../base/oneText'
import type { Millis, PartIo } from '../base/part'
import type { Rng } from '../base/rng'
import { bodyOf, messageOf } from '../client/answers'
import { create } from '../client/requests'
import type { ClientApi } from '../client/types'
import type { TokenProblem } from './podReferences'
import type { Refreshed, TokenTurns } from './tokenTurns'

/** Milliseconds; syncs of a Pod of which nothing is new are so far apart, and up to half as much more. */
const SYNC = 60_000
const DAY = 86_400_000
/** Seconds. */
const JITTER = 10

export interface TokenVolume {
  readonly volume: string
  readonly audience: string
  readonly expirationSeconds: number
}

interface TokenAnswer extends JsonObject {
  readonly spec?: { readonly expirationSeconds?: number }
}

export class PodTokens implements Refreshed<TokenVolume> {
  private readonly volumes: readonly TokenVolume[]
  /** Those that it has. */
  private held: readonly TokenVolume[] = []
  private released = false

  constructor(
    private readonly pod: Pod,
    private readonly context: { readonly io: PartIo; readonly client: ClientApi; readonly tokenTurns: TokenTurns<TokenVolume> },
  ) {
    const all = (pod.spec.volumes ?? []).flatMap(tokensOf)
    const isFirst = (token: TokenVolume, i: number) =>
      all.findIndex((t) => t.audience === token.audience && t.expirationSeconds === token.expirationSeconds) === i
    // Two that ask for the same are given the same.
    this.volumes = exact(all.filter(isFirst))
  }

  /** Asks for those that it lacks, one after the other; `done` hears which could not be had, or null. */
  acquire(done: (problem: TokenProblem | null) => void): void {
    const token = this.volumes.find((t) => !this.held.includes(t))
    if (!token) return done(null)
    this.request(token, (problem) => {
      if (problem === null) this.acquire(done)
      else done({ volume: token.volume, problem: `failed to fetch token: ${problem}` })
    })
  }

  release(): void {
    this.released = true
    this.held = []
    this.context.tokenTurns.drop(this)
  }

  /** An old one is kept until there is a new one. */
  refresh(token: TokenVolume): void {
    this.request(token, (problem) => {
      if (problem !== null) this.context.tokenTurns.add(this, token, nextSync(this.chance))
    })
  }

  private request(token: TokenVolume, then: (problem: string | null) => void): void {
    const { metadata, spec } = this.pod
    const account = spec.serviceAccountName ?? 'default'
    const path = oneText(`/api/v1/namespaces/${metadata.namespace ?? 'default'}/serviceaccounts/${account}/token`)
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
      if (given) this.hold(token, (given.spec?.expirationSeconds ?? token.expirationSeconds) * 1000)
      then(given ? null : messageOf(answer))
    })
  }

  private hold(token: TokenVolume, life: Millis): void {
    if (!this.held.includes(token)) this.held = exact([...this.held, token])
    this.context.tokenTurns.add(this, token, this.lasts(life))
  }

  /** From when it was given to when it is asked for anew. */
  private lasts(life: Millis): Millis {
    const { chance } = this
    const due = Math.min(life * 0.8, DAY) - chance.int(JITTER) * 1000
    return due + nextSync(chance) * chance.next()
  }

  /** A stream of its own each time: what it draws shifts nothing else, and nothing of it is kept. */
  private get chance(): Rng {
    const { random, epochNow } = this.context.io
    return random.fork(`tokens of ${this.pod.metadata.uid} at ${epochNow}`)
  }
}

const nextSync = (chance: Rng): Millis => SYNC * (1 + chance.next() / 2)

function tokensOf({ name, projected }: JsonObject): readonly TokenVolume[] {
  const sources = isObject(projected) ? (projected.sources as readonly JsonObject[] | undefined) : undefined
  return (sources ?? []).flatMap(({ serviceAccountToken: token }) =>
    isObject(token)
      ? [{ volume: String(name), audience: String(token.audience ?? ''), expirationSeconds: Number(token.expirationSeconds ?? 3600) }]
      : [],
  )
}
