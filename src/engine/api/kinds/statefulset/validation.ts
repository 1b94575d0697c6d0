// What a StatefulSet must be.
// Upstream: kubernetes pkg/apis/apps/validation/validation.go (ValidateStatefulSetSpec, ValidateStatefulSetStatus)

import { specOf, type ApiObject, type JsonObject } from '../../object'
import { validateIntOrPercent, notOver100Percent, amountOf, type IntOrPercent } from '../../validation/intOrPercent'
import { isEmptySelector, validateLabelSelector } from '../../validation/labelSelector'
import { labelSelectorOf, matchesLabels } from '../../selectors/labelSelector'
import { dnsLabelErrors } from '../../validation/names'
import { each, missing, named, NONE, nonNegative, Path, unsupported, wrong, type Errors, type Validate } from '../../validation/rules'
import { without } from '../../../base/without'
import type { ClaimSpec } from '../persistentvolumeclaim/spec'
import { validateClaimSpec } from '../persistentvolumeclaim/validation'
import { validateLastingTemplate } from '../pod/template'
import type { WorkloadSpec } from '../workload'

export interface StatefulSetSpec extends WorkloadSpec {
  readonly serviceName?: string
  readonly podManagementPolicy?: string
  readonly updateStrategy?: Strategy
  readonly ordinals?: { readonly start?: number }
  readonly persistentVolumeClaimRetentionPolicy?: { readonly whenDeleted?: string; readonly whenScaled?: string }
  readonly volumeClaimTemplates?: readonly ApiObject[]
}

interface Strategy extends JsonObject {
  readonly type?: string
  readonly rollingUpdate?: { readonly partition?: number; readonly maxUnavailable?: IntOrPercent }
}

export function validateStatefulSet(object: ApiObject, old?: ApiObject): Errors {
  const at = Path.root('spec')
  const spec = specOf<StatefulSetSpec>(object)
  const { selector, podManagementPolicy: policy = '' } = spec
  const labels = spec.template.metadata?.labels
  const matches = selector && matchesLabels(labelSelectorOf(selector)!, labels ?? {})
  return [
    ...(policy === ''
      ? missing(at.child('podManagementPolicy'))
      : ['OrderedReady', 'Parallel'].includes(policy)
        ? NONE
        : wrong(at.child('podManagementPolicy'), policy, "must be 'OrderedReady' or 'Parallel'")),
    ...validateStrategy(spec.updateStrategy ?? {}, at.child('updateStrategy')),
    ...retention(spec, at.child('persistentVolumeClaimRetentionPolicy')),
    ...(old ? NONE : each(spec.volumeClaimTemplates, at.child('volumeClaimTemplates'), validateClaimTemplate)),
    ...nonNegative(spec.replicas, at.child('replicas')),
    ...nonNegative(spec.minReadySeconds, at.child('minReadySeconds')),
    ...nonNegative(spec.ordinals?.start, at.child('ordinals', 'start')),
    ...(spec.serviceName && !old ? named(spec.serviceName, at.child('serviceName'), dnsLabelErrors) : NONE),
    ...(selector
      ? [
          ...validateLabelSelector(selector, at.child('selector')),
          ...(isEmptySelector(selector) ? wrong(at.child('selector'), selector, 'empty selector is invalid for statefulset') : NONE),
        ]
      : missing(at.child('selector'))),
    ...(matches ? NONE : wrong(at.child('template', 'metadata', 'labels'), labels ?? null, '`selector` does not match template `labels`')),
    ...validateLastingTemplate(withClaims(spec), at.child('template'), 'StatefulSet'),
  ]
}

const validateClaimTemplate: Validate<ApiObject> = (claim, at) => validateClaimSpec((claim.spec ?? {}) as ClaimSpec, at.child('spec'))

/** The template as its Pods will be: each claim is a volume, and their names come from the StatefulSet. */
function withClaims({ template, volumeClaimTemplates = [] }: StatefulSetSpec): WorkloadSpec['template'] {
  const claims = volumeClaimTemplates.map(({ metadata: { name = '' } }) => ({ name, persistentVolumeClaim: { claimName: name } }))
  const others = (template.spec.volumes ?? []).filter((v) => !claims.some((c) => c.name === v.name))
  const spec = without(template.spec, 'hostname', 'subdomain') as WorkloadSpec['template']['spec']
  return { ...template, spec: claims.length === 0 ? spec : { ...spec, volumes: [...claims, ...others] } }
}

function validateStrategy(strategy: Strategy, at: Path): Errors {
  const { type = '', rollingUpdate } = strategy
  const inner = at.child('rollingUpdate')
  if (type === '') return missing(at)
  if (type === 'OnDelete')
    return rollingUpdate ? wrong(inner, goRolling(rollingUpdate), "only allowed for updateStrategy 'RollingUpdate'") : NONE
  if (type !== 'RollingUpdate') return wrong(at, { Type: type, RollingUpdate: null }, "must be 'RollingUpdate' or 'OnDelete'")
  const { partition, maxUnavailable } = rollingUpdate ?? {}
  return [
    ...nonNegative(partition, inner.child('partition')),
    ...validateIntOrPercent(maxUnavailable, inner.child('maxUnavailable')),
    ...notOver100Percent(maxUnavailable, inner.child('maxUnavailable')),
    ...(maxUnavailable !== undefined && amountOf(maxUnavailable) === 0
      ? wrong(inner.child('maxUnavailable'), maxUnavailable, 'cannot be 0')
      : NONE),
  ]
}

const goRolling = ({ partition, maxUnavailable }: NonNullable<Strategy['rollingUpdate']>) => ({
  Partition: partition ?? 0,
  MaxUnavailable: maxUnavailable ?? null,
})

function retention({ persistentVolumeClaimRetentionPolicy: policy }: StatefulSetSpec, at: Path): Errors {
  return (['whenDeleted', 'whenScaled'] as const).flatMap((field) => {
    const value = policy?.[field]
    return value === undefined || value === 'Retain' || value === 'Delete'
      ? NONE
      : unsupported(at.child(field), value, ['Retain', 'Delete'])
  })
}

export const statusCounts = [
  'replicas',
  'readyReplicas',
  'currentReplicas',
  'updatedReplicas',
  'availableReplicas',
  'observedGeneration',
  'collisionCount',
]
