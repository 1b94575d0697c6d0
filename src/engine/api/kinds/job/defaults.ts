// What a Job gets that its author left out, and the labels and selector that the server makes of its uid.
// Upstream: kubernetes pkg/apis/batch/v1/defaults.go, pkg/registry/batch/job/strategy.go (generateSelector)

import { specOf, type ApiObject, type ObjectMeta } from '../../object'
import type { SelectorObject } from '../../validation/labelSelector'
import { defaultPodTemplate } from '../pod/template'
import type { JobSpec } from './types'

const NO_LIMIT = 2147483647

/** Of a CronJob's template only the Pod's own defaults are set. */
export function defaultJob(object: ApiObject): ApiObject {
  const spec = specOf<JobSpec>(object)
  const one = spec.completions === undefined && spec.parallelism === undefined
  const { podFailurePolicy: policy } = spec
  const { labels } = spec.template.metadata ?? {}
  const lent = labels && Object.keys(labels).length > 0 && Object.keys(object.metadata.labels ?? {}).length === 0
  return {
    ...object,
    ...(lent ? { metadata: { ...object.metadata, labels } } : {}),
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

const LABELS = {
  uid: 'batch.kubernetes.io/controller-uid',
  name: 'batch.kubernetes.io/job-name',
  oldUid: 'controller-uid',
  oldName: 'job-name',
}

/** The labels that Pods of a Job have unless its author manages the selector. */
export const ownLabels = ({ uid = '', name = '' }: ObjectMeta): Readonly<Record<string, string>> => ({
  [LABELS.uid]: uid,
  [LABELS.name]: name,
  [LABELS.oldUid]: uid,
  [LABELS.oldName]: name,
})

/** Unless its author manages the selector, a Job selects by its own uid. */
export function withGeneratedSelector(object: ApiObject): ApiObject {
  const spec = specOf<JobSpec>(object)
  const given = spec.template.metadata?.labels
  const labels = spec.manualSelector ? (given ?? {}) : { ...ownLabels(object.metadata), ...given }
  const { labels: own = {} } = object.metadata
  // Labels that were lent to the Job by its template are one with the template's.
  const lent = Object.keys(own).length === 0 || own === given
  const metadata = lent && Object.keys(labels).length > 0 ? { ...object.metadata, labels } : object.metadata
  if (spec.manualSelector) return { ...object, metadata }
  const selector = (spec.selector ?? {}) as SelectorObject
  return {
    ...object,
    metadata,
    spec: {
      ...spec,
      selector: {
        ...selector,
        matchLabels: { ...selector.matchLabels, [LABELS.uid]: selector.matchLabels?.[LABELS.uid] ?? object.metadata.uid ?? '' },
      },
      template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
    },
  }
}
