// StatefulSet, apps/v1.
// Upstream: kubernetes pkg/registry/apps/statefulset, pkg/apis/apps/validation (ValidateStatefulSetSpec)

import type { Kind } from '../../kind'
import { specOf, type ApiObject } from '../../object'
import { ageColumn, column, nameColumn, wide } from '../columns'
import { defaultClaim } from '../persistentvolumeclaim/defaults'
import { goClaim } from '../persistentvolumeclaim/goClaim'
import { defaultPodTemplate, templateColumns } from '../pod/template'
import { scaleSubresource } from '../scaleSubresource'
import { statusSubresource } from '../statusSubresource'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import { collisionsUpdate, count, immutable, selectorText, templateOf, validateCounts, workloadWarnings, workloadSpecOf } from '../workload'
import { statusCounts, validateStatefulSet, type StatefulSetSpec } from './validation'
import { statefulSetWarnings } from './warnings'

function withDefaults(object: ApiObject): ApiObject {
  const spec = specOf<StatefulSetSpec>(object)
  const { type = '', rollingUpdate } = spec.updateStrategy ?? {}
  // Who names the type and nothing more has no bounds, not even by default.
  const bounds = rollingUpdate ?? (type === '' ? {} : undefined)
  const rolling = (type || 'RollingUpdate') === 'RollingUpdate' && bounds
  return {
    ...object,
    spec: {
      podManagementPolicy: 'OrderedReady',
      replicas: 1,
      revisionHistoryLimit: 10,
      ...spec,
      updateStrategy: {
        ...spec.updateStrategy,
        type: type || 'RollingUpdate',
        ...(rolling ? { rollingUpdate: { partition: 0, maxUnavailable: 1, ...rolling } } : {}),
      },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain', ...spec.persistentVolumeClaimRetentionPolicy },
      template: defaultPodTemplate(spec.template),
      ...(spec.volumeClaimTemplates
        ? {
            volumeClaimTemplates: spec.volumeClaimTemplates.map((claim) => ({
              ...defaultClaim(claim),
              kind: 'PersistentVolumeClaim',
              apiVersion: 'v1',
              status: { phase: 'Pending' },
            })),
          }
        : {}),
    },
  }
}

export const statefulSet: Kind = {
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  resource: 'statefulsets',
  singular: 'statefulset',
  shortNames: ['sts'],
  categories: ['all'],
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'statefulsets',
  schema: types.struct('StatefulSet'),
  nameRule: 'dnsLabel',
  hasGeneration: true,
  defaults: withDefaults,
  prepareForCreate: (object) => ({ ...object, status: { replicas: 0, availableReplicas: 0 } }),
  prepareForUpdate: (object, old) => ({ ...object, status: old.status }),
  validate: (object) => validateStatefulSet(object),
  warnings: (object, old) => [...workloadWarnings(false)(object, old), ...statefulSetWarnings(object, old)],
  validateUpdate: (object, old) => [
    ...validateStatefulSet(object, old),
    ...immutable('selector', object, old),
    ...immutable('volumeClaimTemplates', object, old, (claims) => (claims as readonly ApiObject[] | undefined)?.map(goClaim) ?? null),
    ...immutable('serviceName', object, old),
    ...immutable('podManagementPolicy', object, old),
  ],
  subresources: {
    scale: scaleSubresource((object) => selectorText(workloadSpecOf(object).selector)),
    status: {
      ...statusSubresource,
      validateUpdate: (object, old) => [
        ...validateCounts(object, statusCounts, [
          ['readyReplicas', 'replicas', 'status.replicas'],
          ['currentReplicas', 'replicas', 'status.replicas'],
          ['updatedReplicas', 'replicas', 'status.replicas'],
          ['availableReplicas', 'replicas', 'status.replicas'],
          ['availableReplicas', 'readyReplicas', 'status.readyReplicas'],
        ]),
        ...collisionsUpdate(object, old),
      ],
    },
  },
  columns: [
    nameColumn,
    column('Ready', 'Number of the pod with ready state', (o) => `${count(o, 'readyReplicas')}/${workloadSpecOf(o).replicas ?? 0}`),
    ageColumn,
    ...templateColumns(templateOf).map((c) => ({ ...c, ...wide })),
  ],
}
