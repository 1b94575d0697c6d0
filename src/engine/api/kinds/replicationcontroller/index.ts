// ReplicationController, v1: the older ReplicaSet, whose selector is a plain map.
// Upstream: kubernetes pkg/registry/core/replicationcontroller, pkg/apis/core/validation (ValidateReplicationControllerSpec)

import type { Kind } from '../../kind'
import { specOf, type ApiObject, type JsonObject } from '../../object'
import { matchesLabels } from '../../selectors/labelSelector'
import { missing, NONE, nonNegative, Path, wrong, type Errors } from '../../validation/rules'
import { ageColumn, column, integer, nameColumn, wide } from '../columns'
import { defaultPodTemplate, templateColumns, validateLastingTemplate, type PodTemplate } from '../pod/template'
import { scaleSubresource } from '../scaleSubresource'
import { statusSubresource } from '../statusSubresource'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import { count, replicaCounts, selectorText, templateOf, workloadWarnings, workloadSpecOf } from '../workload'

interface Spec extends JsonObject {
  readonly replicas?: number
  readonly minReadySeconds?: number
  readonly selector?: Readonly<Record<string, string>>
  readonly template?: PodTemplate
}

/** Labels and selector are taken from the template where they are not given. */
function withDefaults(object: ApiObject): ApiObject {
  const spec = specOf<Spec>(object)
  const labels = spec.template?.metadata?.labels
  const none = (map: object | undefined) => !map || Object.keys(map).length === 0
  const taken = labels && !none(labels)
  return {
    ...object,
    ...(taken && none(object.metadata.labels) ? { metadata: { ...object.metadata, labels } } : {}),
    spec: {
      replicas: 1,
      ...spec,
      ...(taken && none(spec.selector) ? { selector: labels } : {}),
      ...(spec.template ? { template: defaultPodTemplate(spec.template) } : {}),
    },
  }
}

function validate(object: ApiObject): Errors {
  const at = Path.root('spec')
  const { minReadySeconds, replicas, selector = {}, template } = specOf<Spec>(object)
  const empty = Object.keys(selector).length === 0
  const labels = template?.metadata?.labels
  const wanted = Object.entries(selector).map(([key, value]) => ({ key, operator: 'in' as const, values: [value] }))
  return [
    ...(empty ? missing(at.child('selector')) : NONE),
    ...(!template
      ? missing(at.child('template'))
      : [
          ...(empty || matchesLabels(wanted, labels ?? {})
            ? NONE
            : wrong(at.child('template', 'metadata', 'labels'), labels ?? null, '`selector` does not match template `labels`')),
          ...validateLastingTemplate(template, at.child('template'), 'ReplicationController'),
        ]),
    // Upstream's declared rules are asked last.
    ...nonNegative(replicas, at.child('replicas')),
    ...nonNegative(minReadySeconds, at.child('minReadySeconds')),
  ]
}

export const replicationController: Kind = {
  group: '',
  version: 'v1',
  kind: 'ReplicationController',
  resource: 'replicationcontrollers',
  singular: 'replicationcontroller',
  shortNames: ['rc'],
  categories: ['all'],
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'controllers',
  schema: types.struct('ReplicationController'),
  hasGeneration: true,
  defaults: withDefaults,
  prepareForCreate: (object) => ({ ...object, status: { replicas: 0 } }),
  prepareForUpdate: (object, old) => ({ ...object, status: old.status }),
  validate,
  warnings: workloadWarnings(true),
  validateUpdate: validate,
  orphansDependents: { warning: null },
  fieldSelectors: { 'status.replicas': (object) => String(count(object, 'replicas')) },
  subresources: {
    scale: scaleSubresource((object) => selectorText({ matchLabels: specOf<Spec>(object).selector })),
    status: { ...statusSubresource, validateUpdate: replicaCounts },
  },
  columns: [
    nameColumn,
    column(
      'Desired',
      'Replicas is the number of desired replicas. This is a pointer to distinguish between explicit zero and unspecified. Defaults to 1. More info: https://kubernetes.io/docs/concepts/workloads/controllers/replicationcontroller#what-is-a-replicationcontroller',
      (o) => workloadSpecOf(o).replicas ?? 0,
      integer,
    ),
    column(
      'Current',
      'Replicas is the most recently observed number of replicas. More info: https://kubernetes.io/docs/concepts/workloads/controllers/replicationcontroller#what-is-a-replicationcontroller',
      (o) => count(o, 'replicas'),
      integer,
    ),
    column('Ready', 'The number of ready replicas for this replication controller.', (o) => count(o, 'readyReplicas'), integer),
    ageColumn,
    ...templateColumns(templateOf),
    column(
      'Selector',
      'Selector is a label query over pods that should match the Replicas count. If Selector is empty, it is defaulted to the labels present on the Pod template. Label keys and values that must match in order to be controlled by this replication controller, if empty defaulted to labels on Pod template. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors',
      (o) => selectorText({ matchLabels: specOf<Spec>(o).selector }),
      wide,
    ),
  ],
}
