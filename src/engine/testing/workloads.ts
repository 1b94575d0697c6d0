// What tests of workload controllers need: a template, a change of an object, and what is stored of a kind. Tests only.

import type { Pod } from '../api/kinds/pod/types'
import type { ApiObject, JsonObject } from '../api/object'
import type { Cluster } from '../cluster/types'
import { ask } from './ask'
import { admin } from './builders'

export function aTemplate(labels: Readonly<Record<string, string>>, spec: JsonObject = {}): JsonObject {
  return { metadata: { labels }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'web', image: 'nginx:1.27' }], ...spec } }
}

export function merge(cluster: Cluster, path: string, body: JsonObject): void {
  ask(cluster, admin, { method: 'PATCH', path, headers: { 'content-type': 'application/merge-patch+json' }, body })
}

export function erase(cluster: Cluster, path: string, options: JsonObject = {}): void {
  ask(cluster, admin, { method: 'DELETE', path, body: { kind: 'DeleteOptions', apiVersion: 'v1', ...options } })
}

/** As stored now, by name. `resource` may be of the cluster: `minions`, or in a namespace: `pods`. */
export function stored<T extends ApiObject = ApiObject>(cluster: Cluster, resource: string): readonly T[] {
  return cluster.history.list(`/registry/${resource}/`, cluster.history.revision).map(({ value }) => value as T)
}

export const podsOf = (cluster: Cluster): readonly Pod[] => stored<Pod>(cluster, 'pods')

/** `reason: message` of the events about objects of a kind, in the order in which they were written. */
export function eventsAbout(cluster: Cluster, kind: string): readonly string[] {
  interface Event extends ApiObject {
    readonly involvedObject: { readonly kind: string }
    readonly reason: string
    readonly message: string
  }
  return stored<Event>(cluster, 'events')
    .filter(({ involvedObject }) => involvedObject.kind === kind)
    .sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
    .map(({ reason, message }) => `${reason}: ${message}`)
}

/** Lets time pass, whether or not anything goes on. */
export const pass = (cluster: Cluster, milliseconds: number): void => void cluster.run({ for: milliseconds, throughIdle: true })
