// The envelope that every API object shares. Objects are immutable values: a change makes a new one that shares what did not change.
// Upstream: apimachinery pkg/apis/meta/v1/types.go

import type { Json, JsonObject } from '../base/json'

export interface ApiObject extends JsonObject {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata: ObjectMeta
}

export interface ObjectMeta extends JsonObject {
  readonly name?: string
  readonly generateName?: string
  readonly namespace?: string
  readonly uid?: string
  /** etcd's mod_revision as a decimal string; never part of the stored value. */
  readonly resourceVersion?: string
  readonly generation?: number
  readonly creationTimestamp?: string
  readonly deletionTimestamp?: string
  readonly deletionGracePeriodSeconds?: number | bigint
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly ownerReferences?: readonly OwnerReference[]
  readonly finalizers?: readonly string[]
  readonly managedFields?: readonly ManagedFieldsEntry[]
}

export interface OwnerReference extends JsonObject {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller?: boolean
  readonly blockOwnerDeletion?: boolean
}

/** What an object says of another: of its kind, which one, and, where it matters, at which version and at which of its fields. */
export interface ObjectReference extends JsonObject {
  readonly kind?: string
  readonly namespace?: string
  readonly name?: string
  readonly uid?: string
  readonly apiVersion?: string
  readonly resourceVersion?: string
  readonly fieldPath?: string
}

export interface ManagedFieldsEntry extends JsonObject {
  readonly manager: string
  readonly operation: 'Apply' | 'Update'
  readonly apiVersion: string
  readonly time?: string
  readonly fieldsType: 'FieldsV1'
  readonly fieldsV1: FieldsV1
  readonly subresource?: string
}

/** A set of fields as a tree: an element (`f:spec`, `k:{"name":"web"}`, `v:"a"`) → what is below it. `managedfields/fieldSets.ts` reads it. */
export interface FieldsV1 {
  readonly [element: string]: FieldsV1
}

/** As the caller knows it; empty where there is none. */
export const specOf = <T extends JsonObject = JsonObject>(object: ApiObject): T => (object.spec ?? {}) as T

/** `v1` gives group '' and version v1; `apps/v1` group apps. */
export function parseGroupVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/')
  return slash < 0 ? { group: '', version: apiVersion } : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) }
}

export function groupVersion(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`
}

export type { Json, JsonObject }
