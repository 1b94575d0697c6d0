// The entries of metadata.managedFields: how they are read, ordered and put into an object.
// Upstream: apimachinery pkg/util/managedfields/internal/{managedfields,managedfieldsupdater}.go

import { Recent } from '../../base/recent'
import { withFields, without } from '../../base/without'
import type { ApiObject, FieldsV1, ManagedFieldsEntry } from '../object'
import { isFieldSet } from './fieldSets'

/** What of an entry says whose fields they are, and since when. */
type Ownership = Pick<ManagedFieldsEntry, 'manager' | 'operation' | 'apiVersion' | 'subresource' | 'time'>

/** In the order in which Go writes its fields. An empty subresource, and no time, are not written. */
export function newEntry({ manager, operation, apiVersion, time, subresource }: Ownership, fieldsV1: FieldsV1): ManagedFieldsEntry {
  return {
    manager,
    operation,
    apiVersion,
    ...(time ? { time } : {}),
    fieldsType: 'FieldsV1',
    fieldsV1,
    ...(subresource ? { subresource } : {}),
  }
}

const lists = new Recent<FieldsV1, readonly ManagedFieldsEntry[]>(256)

/** The list of an object that only its creator has written: one for all that somebody made of the same fields in the same second. */
export function onlyEntry(entry: ManagedFieldsEntry): readonly ManagedFieldsEntry[] {
  const known = lists.get(entry.fieldsV1)
  return known && compareEntries(known[0]!, entry) === 0 ? known : lists.add(entry.fieldsV1, [entry])
}

/** A client may send entries, or `[{}]` to forget all; what makes no sense counts as not sent. A subresource cannot. */
export function knownEntries(before: ApiObject | null, after: ApiObject, subresource: string): readonly ManagedFieldsEntry[] {
  const live = before?.metadata.managedFields ?? []
  const sent = after.metadata.managedFields
  if (subresource || !sent || sent === live || sent.length === 0) return live
  if (sent.length === 1 && Object.keys(sent[0] as object).length === 0) return []
  return sent.every(isReadable) ? sent : live
}

function isReadable({ operation, apiVersion, fieldsType, fieldsV1 }: ManagedFieldsEntry): boolean {
  return (operation === 'Apply' || operation === 'Update') && !!apiVersion && fieldsType === 'FieldsV1' && isFieldSet(fieldsV1)
}

/** Apply before Update, then the oldest, then by manager. */
export function compareEntries(a: ManagedFieldsEntry, b: ManagedFieldsEntry): number {
  return (
    compare(a.operation, b.operation) ||
    compare(a.time ?? '', b.time ?? '') ||
    compare(a.manager ?? '', b.manager ?? '') ||
    compare(a.apiVersion ?? '', b.apiVersion ?? '') ||
    compare(a.subresource ?? '', b.subresource ?? '')
  )
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** The object with these entries alone; none of them: without the field. */
export function withEntries(object: ApiObject, managedFields: readonly ManagedFieldsEntry[]): ApiObject {
  if (object.metadata.managedFields === managedFields) return object
  const metadata = without(object.metadata, 'managedFields')
  return { ...object, metadata: managedFields.length > 0 ? withFields(metadata, { managedFields }) : metadata }
}
