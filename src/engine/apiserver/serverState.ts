// What the stages share: the kinds, the caches, the authorizers, the clock. Everything here is rebuilt when the process starts.

import type { Kind } from '../api/kind'
import { builtinKinds } from '../api/kinds/builtin'
import type { ApiObject } from '../api/object'
import { createScheme, type Scheme } from '../api/scheme'
import { rfc3339 } from '../api/scalars/time'
import { invariant } from '../base/invariant'
import type { Json } from '../base/json'
import type { PartId } from '../base/ids'
import type { PartIo } from '../base/part'
import { Recent } from '../base/recent'
import type { HttpRequest, Revision } from '../base/wire'
import { TokenCache } from './authentication/tokenCache'
import { NodeAuthorizer } from './authorization/node'
import { Rbac } from './authorization/rbac'
import type { PeerAnswer, RequestContext, UserInfo } from './requestContext'
import { Router } from './routing'
import { WatchCache } from './watchCache'

/** A line of `--token-auth-file`. */
export interface StaticToken {
  readonly token: string
  readonly user: string
  readonly uid: string
  readonly groups: readonly string[]
}

/** Given by whoever makes the cluster (`ClusterOptions.yaml`). */
export interface YamlCodec {
  /** `at`: an offset into the text. */
  parseYaml(
    text: string,
  ): { readonly documents: readonly Json[]; readonly duplicates: readonly string[] } | { readonly error: string; readonly at?: number }
  printYaml(value: Json): string | { readonly error: string }
}

export class ServerState {
  /** Grows and shrinks with the CustomResourceDefinitions. */
  scheme: Scheme = createScheme(builtinKinds)
  router = new Router(this.scheme)
  /** By storage prefix: kinds that are stored as another share its cache. */
  readonly caches = new Map<string, WatchCache>()
  readonly rbac: Rbac
  readonly nodes: NodeAuthorizer
  readonly tokens: ReadonlyMap<string, UserInfo>
  readonly tokenCache = new TokenCache()
  /** By name of the asker: the mode in which it last impersonated somebody, which is tried first. Upstream, too, forgets whoever was long ago. */
  readonly impersonationModes = new Recent<string, number>(10_000)
  /** The newest revision that etcd has told of, of any key. */
  revision: Revision = 0
  private second = -1
  private secondText = ''

  constructor(
    readonly io: PartIo,
    tokens: readonly StaticToken[],
    /** Reads and prints YAML; null where it was not loaded. */
    readonly yaml: YamlCodec | null,
    /** Sends a request to another part (a kubelet) and calls back with its answer. */
    readonly ask: (
      to: PartId,
      request: Omit<HttpRequest, 'id'>,
      /** The request that waits for the answer; null: none does. */
      ctx: RequestContext | null,
      done: (answer: PeerAnswer) => void,
      /** Milliseconds after which it is given up: `context deadline exceeded`. */
      within?: number,
    ) => void,
    /** Takes up a request that was suspended. */
    readonly resume: (ctx: RequestContext) => void,
    /** Keeps a stream open: called when the client hangs up or it ends. */
    readonly keepOpen: (ctx: RequestContext, close: () => void) => void,
    /** Where webhooks are answered, `host:port`; null: nowhere. */
    readonly webhookHost: string | null,
    /** Whether the caches may be older than what etcd has just answered. */
    readonly cachesAreBehind: () => boolean,
  ) {
    // What lives for a time only (Events) comes in thousands and is read by few; upstream has no cache of it.
    for (const { storage, watchedBy, fieldSelectors, ttl } of this.scheme.kinds)
      if (storage && !this.caches.has(storage))
        this.caches.set(storage, new WatchCache(watchedBy ? (fieldSelectors?.[watchedBy] ?? nameOf) : undefined, ttl !== undefined))
    this.rbac = new Rbac({
      roles: this.cache('roles'),
      clusterRoles: this.cache('clusterroles'),
      roleBindings: this.cache('rolebindings'),
      clusterRoleBindings: this.cache('clusterrolebindings'),
    })
    this.nodes = new NodeAuthorizer({ pods: this.cache('pods'), cached: (...key) => this.cached(...key) })
    this.tokens = new Map(
      tokens.map(({ token, user, uid, groups }) => [token, { name: user, uid, groups: [...groups, 'system:authenticated'] }]),
    )
  }

  /** From now on these kinds are served besides the built-in ones. */
  serveCustom(kinds: readonly Kind[]): void {
    this.scheme = createScheme([...builtinKinds, ...kinds])
    this.router = new Router(this.scheme)
  }

  cache(storage: string): WatchCache {
    const cache = this.caches.get(storage)
    invariant(cache, 'a kind that is stored', { storage })
    return cache
  }

  cacheOf(kind: Kind): WatchCache {
    invariant(kind.storage, 'a kind that is stored', { kind: kind.kind })
    return this.cache(kind.storage)
  }

  /** An object of the cache by its key's parts. */
  cached(storage: string, namespace: string, name: string): ApiObject | undefined {
    return this.cache(storage).get(`/registry/${storage}/${namespace === '' ? '' : `${namespace}/`}${name}`)
  }

  /** RFC 3339, whole seconds. */
  get nowText(): string {
    const second = Math.floor(this.io.epochNow / 1000)
    if (second !== this.second) {
      this.second = second
      this.secondText = rfc3339(second * 1000)
    }
    return this.secondText
  }
}

const nameOf = ({ metadata }: ApiObject) => metadata.name ?? ''

/** Where an object of a kind lives; with an empty name, the prefix of all of a namespace or of the cluster. */
export function keyOf(kind: Kind, namespace: string, name: string): string {
  return `/registry/${kind.storage ?? ''}/${kind.namespaced && namespace !== '' ? `${namespace}/` : ''}${name}`
}
