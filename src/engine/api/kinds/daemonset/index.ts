// DaemonSet, apps/v1.
// Upstream: kubernetes pkg/registry/apps/daemonset, pkg/apis/apps/validation (ValidateDaemonSetSpec)

import { equalJson } from '../../../base/equal'
import type { Kind } from '../../kind'
import { specOf, type ApiObject } from '../../object'
import { ageColumn, column, integer, nameColumn, wide } from '../columns'
import { defaultPodTemplate, templateColumns } from '../pod/template'
import { statusSubresource } from '../statusSubresource'
import { types } from '../types'
import { withoutAnnotation } from '../withoutAnnotation'
import { ALL_VERBS } from '../verbs'
import { collisionsUpdate, count, immutable, selectorText, templateOf, validateCounts, workloadWarnings, workloadSpecOf } from '../workload'
import { statusCounts, validateDaemonSet, type DaemonSetSpec } from './validation'

/** A field of the internal type, which v1 shows as an annotation. */
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation'

const ZERO = { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 }

function withDefaults(object: ApiObject): ApiObject {
  const spec = specOf<DaemonSetSpec>(object)
  const type = spec.updateStrategy?.type || 'RollingUpdate'
  const rolling =
    type === 'RollingUpdate' ? { rollingUpdate: { maxUnavailable: 1, maxSurge: 0, ...spec.updateStrategy?.rollingUpdate } } : {}
  // Until the server statusCounts, the internal field is 0.
  const shown = withTemplateGeneration(object, Number(object.metadata.annotations?.[TEMPLATE_GENERATION] ?? 0))
  return {
    ...shown,
    spec: {
      revisionHistoryLimit: 10,
      ...spec,
      updateStrategy: { ...spec.updateStrategy, type, ...rolling },
      template: defaultPodTemplate(spec.template),
    },
  }
}

function withTemplateGeneration(object: ApiObject, generation: number): ApiObject {
  const { metadata } = object
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, [TEMPLATE_GENERATION]: String(generation) } } }
}

const templateGeneration = ({ metadata }: ApiObject) => Number(metadata.annotations?.[TEMPLATE_GENERATION] ?? 1) || 1

const MORE = 'More info: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/'

export const daemonSet: Kind = {
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  resource: 'daemonsets',
  singular: 'daemonset',
  shortNames: ['ds'],
  categories: ['all'],
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'daemonsets',
  schema: types.struct('DaemonSet'),
  hasGeneration: true,
  defaults: withDefaults,
  prepareForCreate: (object) => withTemplateGeneration({ ...object, status: ZERO }, templateGeneration(object)),
  prepareForUpdate: (object, old) =>
    withTemplateGeneration(
      { ...object, status: old.status },
      templateGeneration(old) + (equalJson(workloadSpecOf(object).template, workloadSpecOf(old).template) ? 0 : 1),
    ),
  validate: validateDaemonSet,
  warnings: workloadWarnings(false),
  validateUpdate: (object, old) => [...immutable('selector', object, old), ...validateDaemonSet(object)],
  subresources: {
    status: {
      ...statusSubresource,
      validateUpdate: (object, old) => [...validateCounts(object, statusCounts, []), ...collisionsUpdate(object, old)],
    },
  },
  internalMetadata: ({ metadata }) => withoutAnnotation(metadata, TEMPLATE_GENERATION),
  columns: [
    nameColumn,
    column(
      'Desired',
      `The total number of nodes that should be running the daemon pod (including nodes correctly running the daemon pod). ${MORE}`,
      (o) => count(o, 'desiredNumberScheduled'),
      integer,
    ),
    column(
      'Current',
      `The number of nodes that are running at least 1 daemon pod and are supposed to run the daemon pod. ${MORE}`,
      (o) => count(o, 'currentNumberScheduled'),
      integer,
    ),
    column(
      'Ready',
      'numberReady is the number of nodes that should be running the daemon pod and have one or more of the daemon pod running with a Ready Condition.',
      (o) => count(o, 'numberReady'),
      integer,
    ),
    column(
      'Up-to-date',
      'The total number of nodes that are running updated daemon pod',
      (o) => count(o, 'updatedNumberScheduled'),
      integer,
    ),
    column(
      'Available',
      'The number of nodes that should be running the daemon pod and have one or more of the daemon pod running and available (ready for at least spec.minReadySeconds)',
      (o) => count(o, 'numberAvailable'),
      integer,
    ),
    column(
      'Node Selector',
      "NodeSelector is a selector which must be true for the pod to fit on a node. Selector which must match a node's labels for the pod to be scheduled on that node. More info: https://kubernetes.io/docs/concepts/configuration/assign-pod-node/",
      (o) => selectorText({ matchLabels: templateOf(o).spec.nodeSelector }),
    ),
    ageColumn,
    ...templateColumns(templateOf),
    column(
      'Selector',
      "A label query over pods that are managed by the daemon set. Must match in order to be controlled. It must match the pod template's labels. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors",
      (o) => selectorText(workloadSpecOf(o).selector),
      wide,
    ),
  ],
}
