// Who owns the replicas, seen through `…/scale`: of the parent's entries those that own its replicas, as fields of a Scale; and back again,
// where an owner who lost them in the Scale loses them in the parent.
// Leaves out: parents of several versions.
// Upstream: apimachinery pkg/util/managedfields/scalehandler.go

import { LEAF, subtract, isEmpty } from './fieldSets'
import { compareEntries } from './entries'
import type { FieldsV1, ManagedFieldsEntry } from '../object'

type Entries = readonly ManagedFieldsEntry[]
const IN_SCALE: FieldsV1 = { 'f:spec': { 'f:replicas': LEAF } }

/** `replicas`: where the parent keeps them. */
export function entriesOfScale(parent: Entries, replicas: readonly string[]): Entries {
  return parent.filter((entry) => owns(entry, replicas)).map((entry) => ({ ...entry, apiVersion: 'autoscaling/v1', fieldsV1: IN_SCALE }))
}

export function entriesOfParent(parent: Entries, scale: Entries, replicas: readonly string[], apiVersion: string): Entries {
  const path = treeOf(replicas)
  const owners = scale.filter((entry) => owns(entry, ['spec', 'replicas']))
  const kept = parent.flatMap((entry): Entries => {
    if (!owns(entry, replicas) || owners.some((owner) => isSame(owner, entry))) return [entry]
    const fieldsV1 = subtract(entry.fieldsV1, path)
    return isEmpty(fieldsV1) ? [] : [{ ...entry, fieldsV1 }]
  })
  const added = owners
    .filter((owner) => !parent.some((entry) => owns(entry, replicas) && isSame(owner, entry)))
    .map(({ time: _none, ...owner }) => ({ ...owner, apiVersion, fieldsV1: path }))
  return [...kept, ...added].sort(compareEntries)
}

const isSame = (a: ManagedFieldsEntry, b: ManagedFieldsEntry) =>
  a.manager === b.manager && a.operation === b.operation && a.subresource === b.subresource

function owns({ fieldsV1 }: ManagedFieldsEntry, path: readonly string[]): boolean {
  let at: FieldsV1 | undefined = fieldsV1
  for (const step of path) at = at?.[`f:${step}`]
  return at !== undefined
}

const treeOf = (path: readonly string[]): FieldsV1 => path.reduceRight<FieldsV1>((below, step) => ({ [`f:${step}`]: below }), LEAF)
