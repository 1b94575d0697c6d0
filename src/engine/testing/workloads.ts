// What tests of workload controllers need: a template, a change of an object, and what is stored of a kind. Tests only.

import type { Pod } from '../api/kinds/pod/types'
import type { ApiObject, JsonObject } from '../api/object'
import type { Cluster, RequestRecord } from '../cluster/types'
import { ask, post } from './ask'
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

/** What a controller asked under its account, in order: `POST /api/v1/…`. */
export const askedBy = (cluster: Cluster, account: string): readonly string[] =>
  requestsBy(cluster, account).map(({ http }) => `${http.method} ${http.path}`)

export const requestsBy = (cluster: Cluster, account: string): readonly RequestRecord[] =>
  [...cluster.trace.allRequests()].filter(({ user }) => user === `system:serviceaccount:kube-system:${account}`)

/** From now on requests that a rule matches are refused unless the expression holds. */
export function allowOnly(cluster: Cluster, rule: JsonObject, expression: string): void {
  const of = { apiVersion: 'admissionregistration.k8s.io/v1', metadata: { name: 'only' } }
  const path = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolic'
  const spec = { matchConstraints: { resourceRules: [{ apiVersions: ['*'], ...rule }] }, validations: [{ expression }] }
  post(cluster, `${path}ies`, { ...of, kind: 'ValidatingAdmissionPolicy', spec })
  const bound = { policyName: 'only', validationActions: ['Deny'] }
  post(cluster, `${path}ybindings`, { ...of, kind: 'ValidatingAdmissionPolicyBinding', spec: bound })
  cluster.run({ for: 5000, throughIdle: true })
}
