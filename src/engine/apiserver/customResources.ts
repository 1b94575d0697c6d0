// CustomResourceDefinitions at work, inside the API server: names are accepted, kinds established and served, and at the end their objects removed.
// What is written goes through the server's own front door, as upstream's controllers do by its loopback client.
// Leaves out: conversion webhooks.
// Upstream: apiextensions-apiserver pkg/controller/{status,establish,finalizer}, pkg/apiserver/customresource_handler.go

import { equalJson } from '../base/equal'
import {
  CLEANUP,
  customKinds,
  isTrue,
  namesOf,
  withCrdCondition,
  type CustomResourceDefinition,
} from '../api/kinds/customresourcedefinition'
import type { Kind } from '../api/kind'
import type { JsonObject } from '../api/object'
import { AUTOMANAGED, serviceOf } from '../api/kinds/apiservice'
import { priorityOf } from './discovery/priorities'
import type { AskSelf } from './loopback'
import type { ServerState } from './serverState'

export const DEFINITIONS = 'apiextensions.k8s.io/customresourcedefinitions'
const PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const SERVICES = '/apis/apiregistration.k8s.io/v1/apiservices'

export interface Loopback {
  readonly ask: AskSelf
  /** Opens a watch cache for a new kind; `then` when it is filled. */
  open(storage: string, then: () => void): void
}

interface Served {
  readonly definition: CustomResourceDefinition
  readonly kinds: readonly Kind[]
}

/** Milliseconds. */
const RETRY = 1000
/** Not refused: not answered. */
const hasFailed = (status: number) => status === 0 || status === 429 || status >= 500

export class CustomResources {
  private readonly served = new Map<string, Served>()
  /** Storages whose cache is being filled. */
  private readonly opening = new Set<string>()
  private readonly finishing = new Set<string>()

  constructor(
    private readonly server: ServerState,
    private readonly loopback: Loopback,
  ) {}

  /** What the store already held when the server started. */
  begin(): void {
    for (const definition of this.definitions()) this.sync(definition)
  }

  heard(definition: CustomResourceDefinition, deleted: boolean): void {
    if (!deleted) return this.sync(definition)
    this.finishing.delete(definition.metadata.name ?? '')
    this.withdraw(definition)
    // Its names are free: others of its group may have them now.
    this.syncGroup(definition)
  }

  private definitions(): readonly CustomResourceDefinition[] {
    return this.server.cache(DEFINITIONS).list('') as CustomResourceDefinition[]
  }

  private syncGroup({ spec, metadata }: CustomResourceDefinition): void {
    for (const other of this.definitions()) if (other.spec.group === spec.group && other.metadata.name !== metadata.name) this.sync(other)
  }

  private sync(definition: CustomResourceDefinition): void {
    const others = this.definitions().filter((d) => d.spec.group === definition.spec.group && d.metadata.name !== definition.metadata.name)
    const named = namesOf(definition, others, this.server.nowText)
    if (!equalJson(named.status as JsonObject, definition.status as JsonObject))
      return this.write(named, (status) => (status === 200 ? this.syncGroup(named) : undefined))
    if (isTrue(definition, 'NamesAccepted') && !isTrue(definition, 'Established'))
      return this.write(established(definition, this.server.nowText))
    if (isTrue(definition, 'Established')) this.serve(definition)
    if (definition.metadata.deletionTimestamp && definition.metadata.finalizers?.includes(CLEANUP)) this.finish(definition)
  }

  private write(definition: CustomResourceDefinition, then: (status: number) => void = () => undefined): void {
    this.loopback.ask({ method: 'PUT', path: `${PATH}/${definition.metadata.name}/status`, body: definition }, (status) => {
      then(status)
      if (hasFailed(status)) this.again(definition)
    })
  }

  private serve(definition: CustomResourceDefinition): void {
    const name = definition.metadata.name ?? ''
    const storage = `${definition.spec.group}/${definition.spec.names?.plural}`
    if (!this.server.caches.has(storage)) {
      if (this.opening.has(storage)) return
      this.opening.add(storage)
      return this.loopback.open(storage, () => {
        this.opening.delete(storage)
        const now = this.server.cached(DEFINITIONS, '', name) as CustomResourceDefinition | undefined
        if (now) this.sync(now)
      })
    }
    const before = this.served.get(name)
    if (before && sameKinds(before.definition, definition)) return
    this.served.set(name, { definition, kinds: customKinds(definition) })
    this.server.serveCustom([...this.served.values()].flatMap((s) => s.kinds))
    for (const { group, version } of this.served.get(name)!.kinds) this.register(group, version)
  }

  private withdraw(definition: CustomResourceDefinition): void {
    const gone = this.served.get(definition.metadata.name ?? '')
    if (!gone) return
    this.served.delete(definition.metadata.name ?? '')
    const left = [...this.served.values()].flatMap((s) => s.kinds)
    this.server.serveCustom(left)
    for (const { group, version } of gone.kinds)
      if (!left.some((k) => k.group === group && k.version === version)) this.unregister(group, version)
  }

  private unregister(group: string, version: string): void {
    this.loopback.ask({ method: 'DELETE', path: `${SERVICES}/${version}.${group}` }, (status) => {
      if (hasFailed(status)) this.later(() => !this.isServed(group, version) && this.unregister(group, version))
    })
  }

  private isServed(group: string, version: string): boolean {
    return [...this.served.values()].some(({ kinds }) => kinds.some((k) => k.group === group && k.version === version))
  }

  /** etcd was away: it is looked at again as it is then. */
  private again({ metadata: { name = '' } }: CustomResourceDefinition): void {
    this.later(() => {
      const now = this.server.cached(DEFINITIONS, '', name) as CustomResourceDefinition | undefined
      this.finishing.delete(name)
      if (now) this.sync(now)
    })
  }

  private later(act: () => void): void {
    this.server.io.after(RETRY, act, { background: true })
  }

  /** An APIService says that this server itself answers for the group-version. */
  private register(group: string, version: string): void {
    if (this.server.cached('apiregistration.k8s.io/apiservices', '', `${version}.${group}`)) return
    this.loopback.ask(
      { method: 'POST', path: SERVICES, body: serviceOf(group, version, priorityOf(group, version), AUTOMANAGED.always) },
      (status) => {
        if (hasFailed(status)) this.later(() => this.isServed(group, version) && this.register(group, version))
      },
    )
  }

  /** All objects of the definition go, then it may. */
  private finish(definition: CustomResourceDefinition): void {
    const name = definition.metadata.name ?? ''
    const { cache, left } = this.objectsOf(definition)
    // Before etcd has said what there is, none left means nothing: it is looked at again once the cache is open.
    if (this.opening.has(cache)) return
    if (this.server.caches.get(cache)?.ready === false) return this.again(definition)
    if (left > 0) {
      if (this.finishing.has(name)) return
      this.finishing.add(name)
      const running = withCrdCondition(definition, this.server.nowText, {
        type: 'Terminating',
        status: 'True',
        reason: 'InstanceDeletionInProgress',
        message: 'CustomResource deletion is in progress',
      })
      return this.write(running, () => this.empty(name, cache))
    }
    const done = withCrdCondition(definition, this.server.nowText, {
      type: 'Terminating',
      status: 'False',
      reason: 'InstanceDeletionCompleted',
      message: 'removed all instances',
    })
    this.write({ ...done, metadata: { ...done.metadata, finalizers: (done.metadata.finalizers ?? []).filter((f) => f !== CLEANUP) } })
  }

  private objectsOf({ spec }: CustomResourceDefinition): { readonly cache: string; readonly left: number } {
    const cache = `${spec.group}/${spec.names?.plural}`
    return { cache, left: this.server.caches.get(cache)?.size ?? 0 }
  }

  /** Deletes the objects, namespace by namespace, and looks again until none is left. */
  private empty(name: string, storage: string): void {
    const kind = this.served.get(name)?.kinds[0]
    const objects = this.server.caches.get(storage)
    if (!kind || !objects || objects.size === 0) return this.look(name)
    const root = `/apis/${kind.group}/${kind.version}`
    const namespaces = new Set([...objects.values()].map((o) => o.metadata.namespace ?? ''))
    let open = namespaces.size
    for (const namespace of [...namespaces].sort())
      this.loopback.ask({ method: 'DELETE', path: `${root}/${namespace === '' ? '' : `namespaces/${namespace}/`}${kind.resource}` }, () => {
        if (--open === 0) this.look(name)
      })
  }

  private look(name: string): void {
    const definition = this.server.cached(DEFINITIONS, '', name) as CustomResourceDefinition | undefined
    if (!definition) return
    const { left, cache } = this.objectsOf(definition)
    if (left === 0) return this.finish(definition)
    this.server.io.after(5000, () => this.empty(name, cache))
  }
}

const established = (definition: CustomResourceDefinition, now: string) =>
  withCrdCondition(definition, now, {
    type: 'Established',
    status: 'True',
    reason: 'InitialNamesAccepted',
    message: 'the initial names have been accepted',
  })

function sameKinds(a: CustomResourceDefinition, b: CustomResourceDefinition): boolean {
  return (
    a.metadata.uid === b.metadata.uid &&
    equalJson(a.spec, b.spec) &&
    equalJson(a.status.acceptedNames ?? {}, b.status.acceptedNames ?? {}) &&
    isTrue(a, 'Terminating') === isTrue(b, 'Terminating')
  )
}
