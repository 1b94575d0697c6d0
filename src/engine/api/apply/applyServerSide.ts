// Server-side apply: the applied fields are merged into the live object, those the manager no longer sends and nobody else owns go,
// and what another manager owns and would change is a conflict unless forced.
// Upstream: structured-merge-diff merge/update.go, apimachinery pkg/util/managedfields/internal/{structuredmerge,conflict}.go

import { anyDepth } from '../../base/anyDepth'
import { isObject, type Json, type JsonObject } from '../../base/json'
import { equalJson } from '../../base/equal'
import { goQuote } from '../go/goQuote'
import { KUBECTL, ownedByLastApplied } from './lastApplied'
import { sharedTree } from '../managedfields/sharedFields'
import { common, isEmpty, membersNotIn, pathsOf, subtract, union, type Tree } from '../managedfields/fieldSets'
import { itemsByElement } from '../managedfields/listElements'
import { byAge, changesByVersion, compareThrough, updateManagedFields, withEntries, type Ownership } from '../managedfields/managedFields'
import type { ApiObject, ManagedFieldsEntry } from '../object'
import { UNRESET, usualResets, type Resets } from '../managedfields/resetFields'
import { childOf, isGranular, type ListSchema, type StructSchema, type TypeSchema } from '../schema/schema'
import { failure, type Status } from '../errors/status'

export interface ServerSideApply extends Ownership {
  /** Null when the object does not exist yet. */
  readonly live: ApiObject | null
  readonly applied: JsonObject
  readonly manager: string
  readonly force: boolean
  readonly apiVersion: string
  /** RFC 3339, whole seconds. */
  readonly now: string
  readonly schema: StructSchema
}

/** The merged object with its managers, or the 409 that names every conflict. `live` itself comes back when nothing changes. */
export function applyServerSide(apply: ServerSideApply): { object: ApiObject } | { conflict: Status; conflicts: readonly Conflict[] } {
  const { live, applied, manager, force, apiVersion, now, schema, subresource = '' } = apply
  const set = sharedTree(ownedBy(applied, schema, apply.resets ?? usualResets(schema, subresource)))
  const entries = live ? entriesOf(live, apply) : []
  const mine = (e: ManagedFieldsEntry) => e.manager === manager && e.operation === 'Apply' && (e.subresource ?? '') === subresource
  const last = entries.find(mine)
  const others = entries.filter((e) => !mine(e))

  let merged = merge(live ?? {}, applied, schema) as JsonObject
  if (last) {
    const elsewhere = others.reduce<Tree>((all, e) => union(all, e.fieldsV1 as Tree), {})
    merged = prune(merged, membersNotIn(last.fieldsV1 as Tree, set), elsewhere, schema) as JsonObject
  }
  const own = compareThrough(apply, live ?? {}, merged, schema)
  const changesIn = changesByVersion({ ...apply, before: live, after: merged as ApiObject }, own)

  const conflicts = others
    .map((entry) => ({ entry, fields: common(entry.fieldsV1 as Tree, changesIn(entry.apiVersion ?? '')?.changed ?? {}) }))
    .filter(({ fields }) => !isEmpty(fields))
  const allowed =
    conflicts.length > 0 && manager === KUBECTL
      ? ownedByLastApplied(live, apiVersion, schema, (config) => ownedBy(config, schema, UNRESET))
      : {}
  const disputed = conflicts
    .map(({ entry, fields }) => ({ entry, fields: membersNotIn(fields, allowed) }))
    .filter(({ fields }) => !force && !isEmpty(fields))
  if (disputed.length > 0) return { conflict: conflictStatus(disputed), conflicts: disputed }
  const isSame = live !== null && equalJson(live, merged)
  if (isSame && last && equalJson(last.fieldsV1 as Json, set)) return { object: live }

  const next: ManagedFieldsEntry[] = []
  for (const entry of others) {
    const changes = changesIn(entry.apiVersion ?? '')
    if (!changes) continue
    const theirs = entry.fieldsV1 as Tree
    const fields = sharedTree(subtract(subtract(theirs, changes.removed), common(theirs, changes.changed)))
    if (!isEmpty(fields)) next.push(fields === entry.fieldsV1 ? entry : { ...entry, fieldsV1: fields })
  }
  // Who only joins the owners, and changes nothing, gets no time.
  const time = isSame ? last?.time : now
  if (!isEmpty(set))
    next.push({
      manager,
      operation: 'Apply',
      apiVersion,
      ...(time ? { time } : {}),
      fieldsType: 'FieldsV1',
      fieldsV1: set,
      ...(subresource ? { subresource } : {}),
    })
  return { object: withEntries(merged as ApiObject, next.sort(byAge)) }
}

/** What was there before the first apply belongs to a manager of that name. */
function entriesOf(live: ApiObject, { manager: _, ...by }: ServerSideApply): readonly ManagedFieldsEntry[] {
  const entries = live.metadata.managedFields ?? []
  if (entries.length > 0) return entries
  return updateManagedFields({ before: null, after: live, manager: 'before-first-apply', ...by }).metadata.managedFields ?? []
}

function ownedBy(config: JsonObject, schema: StructSchema, resets: Resets): Tree {
  const out: Tree = {}
  for (const [key, value] of Object.entries(config)) {
    const skip = resets[key]
    if (key === 'apiVersion' || key === 'kind' || value === undefined || skip === true) continue
    if (!skip || !isObject(value)) out[`f:${key}`] = setOf(value, schema.field(key))
    else {
      const own = Object.fromEntries(Object.entries(value).filter(([name]) => !skip.has(name)))
      if (Object.keys(own).length > 0) out[`f:${key}`] = setOf(own, schema.field(key))
    }
  }
  return out
}

/** A configuration merged into an object, without owners. */
export const mergeApplied = (live: JsonObject, applied: JsonObject, schema: StructSchema) => merge(live, applied, schema) as JsonObject

/** Leaves, and the items of keyed lists and of maps themselves. */
const setOf = anyDepth({}, (value: Json, type: TypeSchema | undefined): Tree => {
  const out: Tree = {}
  if (isObject(value) && isGranular(type)) {
    for (const [key, item] of Object.entries(value)) {
      if (item === undefined) continue
      const inner = setOf(item, childOf(type, key))
      out[`f:${key}`] = isEmpty(inner) || isDeclared(type, key) ? inner : { '.': {}, ...inner }
    }
  } else if (isKeyed(value, type)) {
    for (const [element, item] of itemsByElement(value, type as ListSchema))
      out[element] = isGranular((type as ListSchema).items) ? { '.': {}, ...setOf(item, (type as ListSchema).items) } : {}
  }
  return out
})

const isDeclared = (type: TypeSchema | undefined, key: string) => type?.type === 'struct' && type.fieldNames.includes(key)

function isKeyed(value: Json | undefined, type: TypeSchema | undefined): value is readonly Json[] {
  return Array.isArray(value) && type?.type === 'list' && type.listType !== 'atomic'
}

const merge = anyDepth(null, (live: Json | undefined, applied: Json, type: TypeSchema | undefined): Json => {
  if (isObject(live) && isObject(applied) && isGranular(type)) {
    let out: Record<string, Json | undefined> | null = null
    for (const [key, value] of Object.entries(applied)) {
      if (value === undefined) continue
      const next = merge(live[key], value, childOf(type, key))
      if (next !== live[key]) (out ??= { ...live })[key] = next
    }
    return out ?? live
  }
  if (isKeyed(live, type) && isKeyed(applied, type)) return mergeItems(live, applied, type as ListSchema)
  if (applied === null && isShared(live, type)) return live as Json
  return live !== undefined && equalJson(live, applied) ? live : applied
})

/** A map or list in which others may have their parts: none of mine takes nothing of theirs. */
const isShared = (live: Json | undefined, type: TypeSchema | undefined) =>
  (isObject(live) && isGranular(type) && Object.keys(live).length > 0) || (isKeyed(live, type) && live.length > 0)

/** Applied items in their order; live ones that were not applied stay in front of the one they preceded. */
function mergeItems(live: readonly Json[], applied: readonly Json[], type: ListSchema): readonly Json[] {
  const is = itemsByElement(applied, type)
  const was = itemsByElement(live, type)
  const order = [...was.keys()]
  const out: Json[] = []
  let at = 0
  const passOthers = () => {
    for (; at < order.length && !is.has(order[at]!); at++) out.push(...[was.get(order[at]!)!].flat())
  }
  for (const [element, item] of is) {
    passOthers()
    const old = was.get(element)
    out.push(old === undefined ? item : merge(old, item, type.items))
    if (element === order[at]) at++
  }
  for (; at < order.length; at++) if (!is.has(order[at]!)) out.push(...[was.get(order[at]!)!].flat())
  return out.length === live.length && out.every((item, i) => item === live[i]) ? live : out
}

/** Without the fields of `gone` that nobody `elsewhere` owns; undefined for a map or list that ends up empty. */
const prune = anyDepth(null, (value: Json, gone: Tree, elsewhere: Tree, type: TypeSchema | undefined): Json | undefined => {
  const next = (element: string, item: Json, itemType: TypeSchema | undefined): Json | undefined => {
    const node = gone[element]
    if (!node) return item
    const theirs = elsewhere[element]
    if (!theirs && (isEmpty(node) || '.' in node)) return undefined
    return isEmpty(node) ? item : prune(item, node, theirs ?? {}, itemType)
  }
  if (isObject(value)) {
    const out: Record<string, Json> = {}
    for (const [key, item] of Object.entries(value)) {
      const left = item === undefined ? undefined : next(`f:${key}`, item, childOf(type, key))
      if (left !== undefined) out[key] = left
    }
    return type?.type === 'map' && Object.keys(out).length === 0 ? undefined : out
  }
  if (isKeyed(value, type)) {
    const list = type as ListSchema
    const out = [...itemsByElement(value, list)].flatMap(([element, item]) => next(element, item, list.items) ?? [])
    return out.length === 0 ? undefined : out
  }
  return value
})

/** What of the applied fields another manager owns. */
export interface Conflict {
  readonly entry: ManagedFieldsEntry
  readonly fields: Tree
}

function conflictStatus(conflicts: readonly Conflict[]): Status {
  const all = conflicts.map(({ entry, fields }) => ({ who: whoOf(entry), paths: pathsOf(fields) })).sort((a, b) => (a.who < b.who ? -1 : 1))
  const causes = all.flatMap(({ who, paths }) =>
    paths.map((field) => ({ reason: 'FieldManagerConflict', message: `conflict with ${who}`, field })),
  )
  const [only] = causes
  const text =
    only && causes.length === 1
      ? `1 conflict: ${only.message}: ${only.field}`
      : `${causes.length} conflicts: ${all.map(({ who, paths }) => [`conflicts with ${who}:`, ...paths.map((p) => `- ${p}`)].join('\n')).join('\n')}`
  return failure(409, 'Conflict', `Apply failed with ${text}`, { causes })
}

function whoOf({ manager, operation, subresource, apiVersion }: ManagedFieldsEntry): string {
  const who = `${goQuote(manager)}${subresource ? ` with subresource ${goQuote(subresource)}` : ''}`
  return operation === 'Apply' ? who : `${who} using ${apiVersion}`
}
