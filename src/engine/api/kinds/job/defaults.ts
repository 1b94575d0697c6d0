// What a Job gets that its author left out, and the labels and selector that the server makes of its uid.
// Upstream: kubernetes pkg/apis/batch/v1/defaults.go, pkg/registry/batch/job/strategy.go (generateSelector)

import type { ApiObject } from '../../object'
import { defaultPodTemplate } from '../pod/template'
import { specOf } from '../workload'
import type { JobSpec } from './types'

const NO_LIMIT = 2147483647

/** Of a CronJob's template only the Pod's own defaults are set. */
export function defaultJob(object: ApiObject): ApiObject {
  const spec = specOf<JobSpec>(object)
  const one = spec.completions === undefined && spec.parallelism === undefined
  const { podFailurePolicy: policy } = spec
  return {
    ...object,
    spec: {
      ...(one ? { completions: 1 } : {}),
      parallelism: 1,
      backoffLimit: spec.backoffLimitPerIndex === undefined ? 6 : NO_LIMIT,
      completionMode: 'NonIndexed',
      suspend: false,
      manualSelector: false,
      podReplacementPolicy: policy ? 'Failed' : 'TerminatingOrFailed',
      ...spec,
      ...(policy
        ? {
            podFailurePolicy: {
              ...policy,
              rules: policy.rules?.map((rule) =>
                rule.onPodConditions
                  ? { ...rule, onPodConditions: rule.onPodConditions.map((c) => ({ ...c, status: c.status || 'True' })) }
                  : rule,
              ),
            },
          }
        : {}),
      template: defaultPodTemplate(spec.template),
    },
  }
}

/** Unless its author manages the selector, a Job selects by its own uid. */
export function withGeneratedSelector(object: ApiObject): ApiObject {
  const spec = specOf<JobSpec>(object)
  const { uid = '', name = '' } = object.metadata
  const given = spec.template.metadata?.labels ?? {}
  const own = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  }
  const labels = spec.manualSelector ? given : { ...given, ...own }
  const metadata = Object.keys(object.metadata.labels ?? {}).length > 0 ? object.metadata : { ...object.metadata, labels }
  if (spec.manualSelector) return { ...object, metadata }
  return {
    ...object,
    metadata,
    spec: {
      ...spec,
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
      template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
    },
  }
}
