// CSINode, storage.k8s.io/v1: the drivers of a node. No driver is modelled: it is only stored.
// Upstream: kubernetes pkg/registry/storage/csinode, pkg/apis/storage/validation (ValidateCSINode)

import { equalSemantic } from '../../../base/equal'
import type { Kind } from '../../kind'
import { specOf, type ApiObject, type JsonObject } from '../../object'
import { labelKeyErrors } from '../../validation/labels'
import { missing, named, NONE, nonNegative, Path, repeated, required, seenBefore, wrong, type Errors } from '../../validation/rules'
import { without } from '../../../base/without'
import { ageColumn, column, integer, nameColumn } from '../columns'
import { keepsStatus, statusOnlySubresource } from '../statusSubresource'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import { validateDriverName } from '../volumeSources'

interface Driver extends JsonObject {
  readonly name: string
  readonly nodeID?: string
  readonly topologyKeys?: readonly string[] | null
  readonly allocatable?: { readonly count?: number }
}

const AT = Path.root('spec').child('drivers')
const LONGEST_ID = 256

const driversOf = (object: ApiObject) => (specOf<JsonObject>(object).drivers ?? []) as readonly Driver[]

function validate(object: ApiObject): Errors {
  const again = seenBefore()
  return driversOf(object).flatMap((driver, i) => {
    const at = AT.index(i)
    const { name, nodeID = '', allocatable } = driver
    const topologyKeys = driver.topologyKeys ?? []
    const twice = seenBefore()
    return [
      ...validateDriverName(name, at.child('name')),
      ...required(nodeID, at.child('nodeID')),
      ...(nodeID.length > LONGEST_ID ? wrong(at.child('nodeID'), nodeID, `must be ${LONGEST_ID} characters or less`) : NONE),
      ...nonNegative(allocatable?.count, at.child('allocatable', 'count')),
      ...(again(name) ? repeated(at.child('name'), name) : NONE),
      ...topologyKeys.flatMap((key) => [
        ...(key === '' ? missing(at) : NONE),
        ...(twice(key) ? repeated(at, key) : NONE),
        ...named(key, at, labelKeyErrors),
      ]),
    ]
  })
}

/** A bad value is shown as upstream's internal type, without what may change. */
const internal = ({ name, nodeID = '', topologyKeys }: Driver): JsonObject => ({
  Name: name,
  NodeID: nodeID,
  TopologyKeys: topologyKeys ?? null,
  Allocatable: null,
})

/** A driver that was there stays as it was, but for what it can attach. */
function changed(drivers: readonly Driver[], earlier: readonly Driver[]): Errors {
  const byName = new Map<string, Driver[]>()
  for (const driver of drivers) {
    const known = byName.get(driver.name)
    if (known) known.push(driver)
    else byName.set(driver.name, [driver])
  }
  return earlier.flatMap((before) =>
    (byName.get(before.name) ?? []).flatMap((driver) =>
      equalSemantic(without(driver, 'allocatable'), without(before, 'allocatable'))
        ? NONE
        : wrong(AT, internal(driver), 'field is immutable'),
    ),
  )
}

export const csiNode: Kind = {
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSINode',
  resource: 'csinodes',
  singular: 'csinode',
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'csinodes',
  schema: types.struct('CSINode'),
  allowUnconditionalUpdate: false,
  returnsDeletedObject: true,
  ...keepsStatus,
  validate,
  validateUpdate: (object, old) => [...validate(object), ...changed(driversOf(object), driversOf(old))],
  subresources: { status: statusOnlySubresource },
  columns: [
    nameColumn,
    column('Drivers', 'Drivers indicates the number of CSI drivers registered on the node', (o) => driversOf(o).length, integer),
    ageColumn,
  ],
}
