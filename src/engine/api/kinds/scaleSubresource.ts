// `…/scale`: how many replicas a workload wants and has, as one small object that is the same for all.
// Upstream: kubernetes pkg/registry/apps/deployment/storage (ScaleREST), pkg/apis/autoscaling/validation

import type { Column, Subresource } from '../kind'
import type { ApiObject, JsonObject } from '../object'
import { nonNegative, Path } from '../validation/rules'
import { ageColumn, column, integer, nameColumn } from './columns'
import { types } from './types'

const replicasOf = (object: ApiObject, part: 'spec' | 'status') =>
  ((object[part] as JsonObject | undefined)?.replicas as number | undefined) ?? 0

export const scaleColumns: readonly Column[] = [
  { ...nameColumn, format: '' },
  column('Desired', 'replicas is the desired number of instances for the scaled object.', (o) => replicasOf(o, 'spec'), integer),
  column('Available', 'replicas is the actual number of observed instances of the scaled object.', (o) => replicasOf(o, 'status'), integer),
  ageColumn,
]

/** `selector`: as the status prints it; empty for none. */
export function scaleSubresource(selector: (parent: ApiObject) => string): Subresource {
  return {
    verbs: ['get', 'patch', 'update'],
    kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
    schema: types.struct('Scale'),
    view: {
      fromParent: (parent) => {
        const { name, namespace, uid, resourceVersion, creationTimestamp } = parent.metadata
        const wanted = replicasOf(parent, 'spec')
        return {
          kind: 'Scale',
          apiVersion: 'autoscaling/v1',
          metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
          spec: wanted === 0 ? {} : { replicas: wanted },
          status: { replicas: replicasOf(parent, 'status'), selector: selector(parent) },
        }
      },
      replicas: ['spec', 'replicas'],
      toParent: (scale, parent) => ({ ...parent, spec: { ...(parent.spec as JsonObject), replicas: replicasOf(scale, 'spec') } }),
      columns: scaleColumns,
      validate: (scale) => nonNegative(replicasOf(scale, 'spec'), Path.root('spec').child('replicas')),
    },
  }
}
