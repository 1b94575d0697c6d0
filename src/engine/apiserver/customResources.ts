// CustomResourceDefinitions at work, inside the API server: names are accepted, kinds established and served; crdFinalizer.ts takes them away.
// What is written goes through the server's own front door, as upstream's controllers do by its loopback client.
// Leaves out: conversion webhooks.
// Upstream: apiextensions-apiserver pkg/controller/{status,establish}, pkg/apiserver/customresource_handler.go

import { equalJson } from '../base/equal'
import { customKinds, isTrue, namesOf, withCrdCondition, type CustomResourceDefinition } from '../api/kinds/customresourcedefinition'
import type { Kind } from '../api/kind'
import type { JsonObject } from '../api/object'
import { AUTOMANAGED, serviceOf } from '../api/kinds/apiservice'
import { priorityOf } from './discovery/priorities'
import { CrdFinalizer } from './crdFinalizer'
import { hasFailed, type AskSelf } from './loopback'
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

export class CustomResources {
  private readonly served = new Map<string, Served>()
  /** Storages whose cache is being filled. */
  private readonly opening = new Set<string>()
  private readonly finalizer: CrdFinalizer

  constructor(
    private readonly server: ServerState,
    private readonly loopback: Loopback,
  ) {
    const look = (name: string) => this.look(name)
    const lookLater = (name: string) => this.later(() => this.look(name))
    this.finalizer = new CrdFinalizer({ server, ask: loopback.ask, path: PATH, look, lookLater })
  }

  /** What the store already held when the server started. */
  begin(): void {
    for (const definition of this.definitions()) this.sync(definition)
  }

  heard(definition: CustomResourceDefinition, deleted: boolean): void {
    if (!deleted) return this.sync(definition)
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
    this.finalizer.heard(definition)
  }

  private write(definition: CustomResourceDefinition, then: (status: number) => void = () => undefined): void {
    this.loopback.ask({ method: 'PUT', path: `${PATH}/${definition.metadata.name}/status`, body: definition }, (status) => {
      then(status)
      // etcd was away: it is looked at again as it is then.
      if (hasFailed(status)) this.later(() => this.look(definition.metadata.name ?? ''))
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
        this.look(name)
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

  private look(name: string): void {
    const now = this.server.cached(DEFINITIONS, '', name) as CustomResourceDefinition | undefined
    if (now) this.sync(now)
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
