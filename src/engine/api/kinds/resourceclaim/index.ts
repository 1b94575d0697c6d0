// Dynamic resource allocation, resource.k8s.io/v1: kept as they are sent.
// Leaves out: their fields' types, validation, the allocation itself (the scheduler's plugin DynamicResources, drivers).
// Upstream: kubernetes pkg/registry/resource

import type { Kind } from '../../kind'
import { ageColumn, nameColumn } from '../columns'
import { keepsStatus, plainStatusDoor } from '../statusDoor'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

const SHAPE = 'apiVersion:s;kind:s;metadata:ObjectMeta+;spec:o'
types.add({
  DeviceClass: SHAPE,
  DeviceTaintRule: `${SHAPE};status:o`,
  ResourceClaim: `${SHAPE};status:o`,
  ResourceClaimTemplate: SHAPE,
  ResourceSlice: SHAPE,
})

const served = (kind: string, resource: string, namespaced: boolean): Kind => ({
  group: 'resource.k8s.io',
  version: 'v1',
  kind,
  resource,
  singular: kind.toLowerCase(),
  namespaced,
  verbs: ALL_VERBS,
  storage: resource,
  schema: types.struct(kind),
  columns: [nameColumn, ageColumn],
})

export const resourceKinds: readonly Kind[] = [
  served('DeviceClass', 'deviceclasses', false),
  {
    ...served('DeviceTaintRule', 'devicetaintrules', false),
    storageVersion: 'v1beta2',
    ...keepsStatus,
    subresources: { status: plainStatusDoor },
  },
  { ...served('ResourceClaim', 'resourceclaims', true), ...keepsStatus, subresources: { status: plainStatusDoor } },
  served('ResourceClaimTemplate', 'resourceclaimtemplates', true),
  served('ResourceSlice', 'resourceslices', false),
]
