// A CustomResourceDefinition that is being deleted: its objects go first, its own finalizer last.
// Leaves out: definitions of resources that are built in. The deletes pass through admission, as upstream's, which go to the storage, do not.
// Upstream: apiextensions-apiserver pkg/controller/finalizer/crd_finalizer.go

import { aggregated } from '../api/errors/aggregated'
import { CLEANUP, isTrue, withCrdCondition, type CustomResourceDefinition } from '../api/kinds/customresourcedefinition'
import type { JsonObject } from '../api/object'
import { hasFailed, type AskSelf } from './loopback'
import type { ServerState } from './serverState'

/** Milliseconds: between two looks at what is left, and how long that goes on. */
const POLL = 5000
const PATIENCE = 60_000
/** How soon it begins anew after a failure: milliseconds, each time twice as many. */
const ANEW = { first: 5, most: 1_000_000 }

const CHECK_FAILED = 'could not confirm zero CustomResources remaining: context deadline exceeded'

interface Surroundings {
  readonly server: ServerState
  readonly ask: AskSelf
  /** The path of the definitions. */
  readonly path: string
  /** The definition is looked at again: as soon as it can be, or once etcd may have come back. */
  look(name: string): void
  lookLater(name: string): void
}

export class CrdFinalizer {
  /** Those at work, by name; true: heard of since then. */
  private readonly working = new Map<string, boolean>()
  /** In a row, by name. */
  private readonly failures = new Map<string, number>()

  constructor(private readonly around: Surroundings) {}

  heard(definition: CustomResourceDefinition): void {
    const { name = '', deletionTimestamp, finalizers } = definition.metadata
    if (!deletionTimestamp || !finalizers?.includes(CLEANUP)) return
    if (this.working.has(name)) return void this.working.set(name, true)
    // Before etcd has said what there is, none left means nothing.
    if (isTrue(definition, 'Established') && !this.objectsOf(definition)?.ready) return this.around.lookLater(name)
    this.working.set(name, false)
    this.write(this.terminating(definition, 'True', 'InstanceDeletionInProgress', 'CustomResource deletion is in progress'), (written) =>
      isTrue(written, 'Established')
        ? this.empty(written)
        : this.release(this.terminating(written, 'False', 'NeverEstablished', 'resource was never established')),
    )
  }

  /** `then` hears what was stored; a definition that has gone, or changed meanwhile, is heard of again. */
  private write(definition: CustomResourceDefinition, then: (written: CustomResourceDefinition) => void): void {
    const { name = '' } = definition.metadata
    this.around.ask({ method: 'PUT', path: `${this.around.path}/${name}/status`, body: definition }, (status, body) => {
      if (status === 200) return then(body as CustomResourceDefinition)
      if (status !== 404 && status !== 409 && !hasFailed(status)) return this.anew(name)
      const changed = this.working.get(name)
      this.working.delete(name)
      if (hasFailed(status)) return this.around.lookLater(name)
      this.failures.delete(name)
      if (changed) this.around.look(name)
    })
  }

  /** Deletes the objects, namespace by namespace. */
  private empty(definition: CustomResourceDefinition): void {
    const { group = '', scope, names, versions = [] } = definition.spec
    const version = versions.find((v) => v.served)
    const namespaces = new Set([...(this.objectsOf(definition)?.values() ?? [])].map((o) => o.metadata.namespace ?? ''))
    const root = `/apis/${group}/${version?.name}`
    const errors: string[] = []
    let open = namespaces.size
    if (open === 0) return this.waitForNone(definition)
    for (const namespace of [...namespaces].sort()) {
      const within = scope === 'Namespaced' ? `${root}/namespaces/${namespace}` : root
      this.around.ask({ method: 'DELETE', path: `${within}/${names?.plural}` }, (status, body) => {
        if (status !== 200) errors.push((body as JsonObject | undefined)?.message?.toString() ?? 'no answer')
        if (--open > 0) return
        if (errors.length === 0) this.waitForNone(definition)
        else this.fail(definition, 'InstanceDeletionFailed', `could not issue all deletes: ${aggregated(errors)}`)
      })
    }
  }

  private waitForNone(definition: CustomResourceDefinition, waited = 0): void {
    if (waited >= PATIENCE) return this.fail(definition, 'InstanceDeletionCheck', CHECK_FAILED)
    if (!this.objectsOf(definition)?.size)
      return this.release(this.terminating(definition, 'False', 'InstanceDeletionCompleted', 'removed all instances'))
    this.around.server.io.after(POLL, () => this.waitForNone(definition, waited + POLL))
  }

  /** Says why it does not go on, and begins anew. */
  private fail(definition: CustomResourceDefinition, reason: string, message: string): void {
    const { name = '' } = definition.metadata
    this.write(this.terminating(definition, 'True', reason, message), () => this.anew(name))
  }

  private anew(name: string): void {
    const times = this.failures.get(name) ?? 0
    this.failures.set(name, times + 1)
    const again = () => {
      this.working.delete(name)
      this.around.look(name)
    }
    this.around.server.io.after(Math.min(ANEW.first * 2 ** times, ANEW.most), again, { background: true })
  }

  private release(definition: CustomResourceDefinition): void {
    const { name = '', finalizers = [] } = definition.metadata
    this.failures.delete(name)
    this.write({ ...definition, metadata: { ...definition.metadata, finalizers: finalizers.filter((f) => f !== CLEANUP) } }, () =>
      this.working.delete(name),
    )
  }

  private objectsOf({ spec }: CustomResourceDefinition) {
    return this.around.server.caches.get(`${spec.group}/${spec.names?.plural}`)
  }

  private terminating(definition: CustomResourceDefinition, status: string, reason: string, message: string): CustomResourceDefinition {
    return withCrdCondition(definition, this.around.server.nowText, { type: 'Terminating', status, reason, message })
  }
}
