// A claim as Go prints its internal type: the fields of its metadata beside Spec and Status, whose own fields have no JSON names.
// Upstream: kubernetes pkg/apis/core/types.go (PersistentVolumeClaim)

import type { ApiObject, Json, JsonObject } from '../../object'
import { statusOf } from '../workload'
import type { ClaimSpec, DataSource } from './spec'

export function goClaim(claim: ApiObject): JsonObject {
  const { accessModes, selector, resources, volumeName, storageClassName, volumeMode, ...spec } = (claim.spec ?? {}) as ClaimSpec
  const { phase, accessModes: modes, capacity, conditions } = statusOf(claim)
  return {
    ...(claim.metadata as JsonObject),
    Spec: {
      AccessModes: orNull(accessModes),
      Selector: orNull(selector as Json | undefined),
      Resources: { Limits: orNull(resources?.limits), Requests: orNull(resources?.requests) },
      VolumeName: volumeName ?? '',
      StorageClassName: orNull(storageClassName),
      VolumeMode: orNull(volumeMode),
      DataSource: spec.dataSource ? source(spec.dataSource) : null,
      DataSourceRef: spec.dataSourceRef ? { ...source(spec.dataSourceRef), Namespace: orNull(spec.dataSourceRef.namespace) } : null,
      VolumeAttributesClassName: orNull(spec.volumeAttributesClassName),
    },
    Status: {
      Phase: phase ?? '',
      AccessModes: orNull(modes),
      Capacity: orNull(capacity),
      Conditions: orNull(conditions),
      AllocatedResources: null,
      AllocatedResourceStatuses: null,
      CurrentVolumeAttributesClassName: null,
      ModifyVolumeStatus: null,
      HealthStatus: null,
    },
  }
}

const orNull = (value: Json | undefined): Json => value ?? null
const source = ({ apiGroup, kind = '', name = '' }: DataSource): JsonObject => ({ APIGroup: apiGroup ?? null, Kind: kind, Name: name })
