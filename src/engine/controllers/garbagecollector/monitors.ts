// Which kinds are served, and a watch on each of them that can be deleted. They are looked at again when a CustomResourceDefinition changes
// (upstream: every 30 s).
// Leaves out: metadata-only watches.
// Upstream: kubernetes pkg/controller/garbagecollector/{graph_builder.go (syncMonitors, IsSynced),garbagecollector.go (Sync, GetDeletableResources)}

import { parseGroupVersion } from '../../api/object'
import type { PartIo } from '../../base/part'
import { discover, resourcePath, type ServedResource } from '../../client/discovery'
import type { InformerHandlers } from '../../client/informer'
import { NO_RESYNC, whenSynced, type SharedInformers } from '../../client/sharedInformer'
import { perform } from '../../client/sync'
import type { ClientApi } from '../../client/types'
import type { Identity } from './identities'

/** Milliseconds: until the server is asked again what it serves, when it did not say. */
const RETRY = 5000
/** Milliseconds after which it begins, though not all kinds have been heard of. */
const SYNC_TIMEOUT = 60_000
/** Upstream's default: kinds that come and go too fast to be worth it. */
const IGNORED = new Set(['events', 'events.k8s.io'])

export class Monitors {
  /** By `<group>/<kind>`: references name kinds, requests resources. */
  private readonly served = new Map<string, ServedResource>()
  private readonly watched = new Set<string>()
  private begun = false

  constructor(
    private readonly io: PartIo,
    private readonly client: ClientApi,
    private readonly informers: SharedInformers,
    private readonly handlers: InformerHandlers,
  ) {}

  /** `begin` is called when all kinds of the first look have been heard of, or enough time has passed; perhaps twice. */
  start(begin: () => void): void {
    const sync = () => this.sync(begin)
    this.informers.of('/apis/apiextensions.k8s.io/v1/customresourcedefinitions').listen({ update: sync, delete: sync }, NO_RESYNC)
    sync()
  }

  /** Where an object is; null while its kind is not served. */
  pathTo(identity: Omit<Identity, 'uid'>): string | null {
    const resource = this.kindOf(identity)
    return resource ? resourcePath(resource, resource.namespaced ? identity.namespace : '', identity.name) : null
  }

  isNamespaced(identity: Pick<Identity, 'apiVersion' | 'kind'>): boolean {
    return this.kindOf(identity)?.namespaced ?? false
  }

  private kindOf({ apiVersion, kind }: Pick<Identity, 'apiVersion' | 'kind'>): ServedResource | undefined {
    return this.served.get(`${parseGroupVersion(apiVersion).group}/${kind}`)
  }

  private sync(begin: () => void): void {
    perform(this.client, discover(), (kinds) => {
      if (!kinds) return void this.io.after(RETRY, () => this.sync(begin), { background: true })
      this.follow(kinds)
      if (this.begun) return
      this.begun = true
      whenSynced(
        [...this.watched].map((path) => this.informers.of(path)),
        begin,
      )
      this.io.after(SYNC_TIMEOUT, begin, { background: true })
    })
  }

  private follow(kinds: readonly ServedResource[]): void {
    this.served.clear()
    for (const kind of kinds) this.served.set(`${kind.group}/${kind.kind}`, kind)
    const paths = new Set(kinds.map((kind) => resourcePath(kind)))
    for (const path of this.watched)
      if (!paths.has(path)) {
        this.watched.delete(path)
        this.informers.drop(path)
      }
    for (const kind of kinds) {
      const path = resourcePath(kind)
      if (this.watched.has(path) || !isDeletable(kind)) continue
      this.watched.add(path)
      this.informers.of(path).listen(this.handlers, NO_RESYNC)
    }
  }
}

function isDeletable({ group, resource, verbs }: ServedResource): boolean {
  return ['delete', 'list', 'watch'].every((verb) => verbs.includes(verb)) && !(resource === 'events' && IGNORED.has(group || resource))
}
