// ReplicaSet, apps/v1.
// Upstream: kubernetes pkg/registry/apps/replicaset, pkg/apis/apps/validation (ValidateReplicaSetSpec)

import type { Kind } from '../../kind'
import type { ApiObject } from '../../object'
import { validateWorkloadSelector } from '../../validation/labelSelector'
import { nonNegative, Path, type Errors } from '../../validation/rules'
import { ageColumn, column, integer, nameColumn, wide } from '../columns'
import { defaultPodTemplate, templateColumns, validateLastingTemplate } from '../pod/template'
import { scaleSubresource } from '../scaleSubresource'
import { statusSubresource } from '../statusSubresource'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import { count, immutable, replicaCounts, selectorText, templateOf, workloadWarnings, workloadSpecOf } from '../workload'

function validate(object: ApiObject): Errors {
  const at = Path.root('spec')
  const spec = workloadSpecOf(object)
  return [
    ...nonNegative(spec.replicas, at.child('replicas')),
    ...nonNegative(spec.minReadySeconds, at.child('minReadySeconds')),
    ...validateWorkloadSelector(spec.selector, spec.template?.metadata?.labels, at, 'empty selector is invalid for deployment'),
    ...validateLastingTemplate(templateOf(object), at.child('template'), 'ReplicaSet'),
  ]
}

export const replicaSet: Kind = {
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  resource: 'replicasets',
  singular: 'replicaset',
  shortNames: ['rs'],
  categories: ['all'],
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'replicasets',
  schema: types.struct('ReplicaSet'),
  hasGeneration: true,
  defaults: (object) => ({
    ...object,
    spec: { replicas: 1, ...workloadSpecOf(object), template: defaultPodTemplate(workloadSpecOf(object).template) },
  }),
  prepareForCreate: (object) => ({ ...object, status: { replicas: 0 } }),
  prepareForUpdate: (object, old) => ({ ...object, status: old.status }),
  validate,
  warnings: workloadWarnings(true),
  validateUpdate: (object, old) => [...validate(object), ...immutable('selector', object, old)],
  subresources: {
    scale: scaleSubresource((object) => selectorText(workloadSpecOf(object).selector)),
    status: { ...statusSubresource, validateUpdate: replicaCounts },
  },
  columns: [
    nameColumn,
    column(
      'Desired',
      'Replicas is the number of desired pods. This is a pointer to distinguish between explicit zero and unspecified. Defaults to 1. More info: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset',
      (o) => workloadSpecOf(o).replicas ?? 0,
      integer,
    ),
    column(
      'Current',
      'Replicas is the most recently observed number of non-terminating pods. More info: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset',
      (o) => count(o, 'replicas'),
      integer,
    ),
    column(
      'Ready',
      'The number of non-terminating pods targeted by this ReplicaSet with a Ready Condition.',
      (o) => count(o, 'readyReplicas'),
      integer,
    ),
    ageColumn,
    ...templateColumns(templateOf),
    column(
      'Selector',
      "Selector is a label query over pods that should match the replica count. Label keys and values that must match in order to be controlled by this replica set. It must match the pod template's labels. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors",
      (o) => selectorText(workloadSpecOf(o).selector),
      wide,
    ),
  ],
}
