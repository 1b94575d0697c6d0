// Deployment, apps/v1. Leaves out: the deprecated rollback field.
// Upstream: kubernetes pkg/registry/apps/deployment, pkg/apis/apps/{v1/defaults.go,validation}

import { equalJson } from '../../../base/equal'
import type { Kind } from '../../kind'
import { specOf, type ApiObject, type JsonObject } from '../../object'
import { specAndMetadata } from '../../managedfields/resetFields'
import { amountOf, notOver100Percent, validateIntOrPercent, type IntOrPercent } from '../../validation/intOrPercent'
import { validateWorkloadSelector } from '../../validation/labelSelector'
import { missing, NONE, nonNegative, notAllowed, Path, unsupported, wrong, type Errors } from '../../validation/rules'
import { ageColumn, column, nameColumn, wide } from '../columns'
import { defaultPodTemplate, templateColumns, validateLastingTemplate } from '../pod/template'
import { scaleSubresource } from '../scaleSubresource'
import { keepsStatus, statusSubresource } from '../statusSubresource'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import {
  collisionsUpdate,
  count,
  immutable,
  selectorText,
  templateOf,
  validateCounts,
  workloadWarnings,
  workloadSpecOf,
  type WorkloadSpec,
} from '../workload'

interface DeploymentSpec extends WorkloadSpec {
  readonly progressDeadlineSeconds?: number
  readonly strategy?: Strategy
}
interface Strategy extends JsonObject {
  readonly type?: string
  readonly rollingUpdate?: { readonly maxSurge?: IntOrPercent; readonly maxUnavailable?: IntOrPercent }
}

function withDefaults(object: ApiObject): ApiObject {
  const spec = specOf<DeploymentSpec>(object)
  const type = spec.strategy?.type || 'RollingUpdate'
  const rolling =
    type === 'RollingUpdate' ? { rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%', ...spec.strategy?.rollingUpdate } } : {}
  return {
    ...object,
    spec: {
      replicas: 1,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      ...spec,
      strategy: { ...spec.strategy, type, ...rolling },
      template: defaultPodTemplate(spec.template),
    },
  }
}

function validate(object: ApiObject): Errors {
  const at = Path.root('spec')
  const spec = specOf<DeploymentSpec>(object)
  const { minReadySeconds = 0, progressDeadlineSeconds } = spec
  return [
    ...nonNegative(spec.replicas, at.child('replicas')),
    ...validateWorkloadSelector(spec.selector, spec.template.metadata?.labels, at, 'empty selector is invalid for deployment'),
    ...validateLastingTemplate(spec.template, at.child('template'), 'ReplicaSet'),
    ...validateStrategy(spec.strategy ?? {}, at.child('strategy')),
    ...nonNegative(minReadySeconds, at.child('minReadySeconds')),
    ...nonNegative(spec.revisionHistoryLimit, at.child('revisionHistoryLimit')),
    ...nonNegative(progressDeadlineSeconds, at.child('progressDeadlineSeconds')),
    ...(progressDeadlineSeconds !== undefined && progressDeadlineSeconds <= minReadySeconds
      ? wrong(at.child('progressDeadlineSeconds'), progressDeadlineSeconds, 'must be greater than minReadySeconds')
      : NONE),
  ]
}

function validateStrategy({ type = '', rollingUpdate }: Strategy, at: Path): Errors {
  const inner = at.child('rollingUpdate')
  if (type === 'Recreate') return rollingUpdate ? notAllowed(inner, "may not be specified when strategy `type` is 'Recreate'") : NONE
  if (type !== 'RollingUpdate')
    return unsupported(at, { Type: type, RollingUpdate: rollingUpdate ? internal(rollingUpdate) : null }, ['Recreate', 'RollingUpdate'])
  if (!rollingUpdate) return missing(inner, 'this should be defaulted and never be nil')
  const { maxSurge, maxUnavailable } = rollingUpdate
  return [
    ...validateIntOrPercent(maxUnavailable, inner.child('maxUnavailable')),
    ...validateIntOrPercent(maxSurge, inner.child('maxSurge')),
    ...(amountOf(maxUnavailable) === 0 && amountOf(maxSurge) === 0
      ? wrong(inner.child('maxUnavailable'), maxUnavailable, 'may not be 0 when `maxSurge` is 0')
      : NONE),
    ...notOver100Percent(maxUnavailable, inner.child('maxUnavailable')),
  ]
}

/** As the internal type is printed: Go's names. */
const internal = ({ maxUnavailable, maxSurge }: NonNullable<Strategy['rollingUpdate']>) => ({
  MaxUnavailable: maxUnavailable,
  MaxSurge: maxSurge,
})

const validateStatus = (object: ApiObject): Errors =>
  validateCounts(
    object,
    ['observedGeneration', 'replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas', 'unavailableReplicas', 'collisionCount'],
    [
      ['updatedReplicas', 'replicas', 'status.replicas'],
      ['readyReplicas', 'replicas', 'status.replicas'],
      ['availableReplicas', 'replicas', 'status.replicas'],
      ['availableReplicas', 'readyReplicas', 'readyReplicas'],
    ],
  )

export const deployment: Kind = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  resource: 'deployments',
  singular: 'deployment',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'deployments',
  schema: types.struct('Deployment'),
  hasGeneration: true,
  // Annotations go down to the ReplicaSets, so they are something to observe too.
  raisesGeneration: (object, old) => !equalJson(object.spec, old.spec) || !equalJson(object.metadata.annotations, old.metadata.annotations),
  defaults: withDefaults,
  ...keepsStatus,
  validate,
  warnings: workloadWarnings(true),
  validateUpdate: (object, old) => [...validate(object), ...immutable('selector', object, old)],
  subresources: {
    scale: scaleSubresource((object) => selectorText(workloadSpecOf(object).selector)),
    status: {
      ...statusSubresource,
      resets: specAndMetadata('labels'),
      prepareForUpdate: (object, old) => ({ ...object, metadata: { ...object.metadata, labels: old.metadata.labels }, spec: old.spec }),
      validateUpdate: (object, old) => [...validateStatus(object), ...collisionsUpdate(object, old)],
    },
  },
  columns: [
    nameColumn,
    column('Ready', 'Number of the pod with ready state', (o) => `${count(o, 'readyReplicas')}/${workloadSpecOf(o).replicas ?? 0}`),
    column('Up-to-date', 'Total number of non-terminating pods targeted by this deployment that have the desired template spec.', (o) =>
      count(o, 'updatedReplicas'),
    ),
    column(
      'Available',
      'Total number of available non-terminating pods (ready for at least minReadySeconds) targeted by this deployment.',
      (o) => count(o, 'availableReplicas'),
    ),
    ageColumn,
    ...templateColumns(templateOf),
    column(
      'Selector',
      "Label selector for pods. Existing ReplicaSets whose pods are selected by this will be the ones affected by this deployment. It must match the pod template's labels.",
      (o) => selectorText(workloadSpecOf(o).selector),
      wide,
    ),
  ],
}
