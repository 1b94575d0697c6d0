// An object remembers at most ten who updated it: what the oldest beyond those own goes together under one name for each version.
// Upstream: apimachinery pkg/util/managedfields/internal/capmanagers.go, v1.37

import { newEntry } from './entries'
import type { ManagedFieldsEntry } from '../object'
import { sharedTree, sharedUnion } from './sharedFields'

const MOST_UPDATERS = 10
const ANCIENT = 'ancient-changes'

/** The entries, with no more than ten of operation Update where their versions allow it. Those who applied are not counted. */
export function withFewUpdaters(entries: ManagedFieldsEntry[]): ManagedFieldsEntry[] {
  let surplus = -MOST_UPDATERS
  for (const { operation } of entries) if (operation === 'Update') surplus++
  if (surplus <= 0) return entries
  const left = new Map(entries.map((entry) => [identityOf(entry), entry]))
  const updaters = [...left].filter(([, { operation }]) => operation === 'Update').sort(byTime)
  /** Of each version, the first that was met: it gives up its name only when a second comes. */
  const firsts = new Map<string, string>()
  for (const [identity, entry] of updaters) {
    if (surplus === 0) break
    const { apiVersion = '', time } = entry
    const first = firsts.get(apiVersion)
    if (first === undefined) {
      firsts.set(apiVersion, identity)
      continue
    }
    const bucket = identityOf({ manager: ANCIENT, operation: 'Update', apiVersion })
    let gathered = left.get(bucket)
    if (!gathered) {
      gathered = left.get(first)!
      left.delete(first)
    }
    left.set(bucket, newEntry({ manager: ANCIENT, operation: 'Update', apiVersion, time }, sharedUnion(treeOf(entry), treeOf(gathered))))
    left.delete(identity)
    surplus--
  }
  return [...left.values()]
}

const treeOf = ({ fieldsV1 }: ManagedFieldsEntry) => sharedTree(fieldsV1)

/** What tells one entry from another, as Go sorts it. */
const identityOf = ({
  manager,
  operation,
  apiVersion,
  subresource,
}: Pick<ManagedFieldsEntry, 'manager' | 'operation' | 'apiVersion' | 'subresource'>) =>
  JSON.stringify({ manager, operation, apiVersion: operation === 'Apply' ? undefined : apiVersion, subresource: subresource || undefined })

type Identified = readonly [identity: string, entry: ManagedFieldsEntry]

function byTime([one, { time = '' }]: Identified, [other, { time: otherTime = '' }]: Identified): number {
  if (time !== otherTime) return time < otherTime ? -1 : 1
  return one < other ? -1 : 1
}
