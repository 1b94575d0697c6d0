// The rollback of old: an annotation names the revision whose template a Deployment wants back (kubectl writes the template itself since long).
// Upstream: kubernetes pkg/controller/deployment/rollback.go

import { without } from '../../base/without'
import type { EventNote } from '../../client/eventRecorder'
import { annotationsOf, hashless, revisionOf, ROLLBACK, sameTemplate } from './revisions'
import type { Deployment, ReplicaSet } from '../workloads'

/** 0 means the last one before. */
export function rollbackTo({ metadata }: Deployment): number | undefined {
  const text = metadata.annotations?.[ROLLBACK] ?? ''
  return /^-?\d+$/.test(text) ? Number(text) : undefined
}

/** The Deployment without the annotation, with the template that it asked for where there is one; and what is said of it. */
export function rolledBack(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
): { readonly deployment: Deployment; readonly said: EventNote } {
  const { metadata, spec } = deployment
  const name = metadata.name ?? ''
  const fulfilled: Deployment = { ...deployment, metadata: { ...metadata, annotations: without({ ...metadata.annotations }, ROLLBACK) } }
  const warn = (reason: string, message: string) => ({ deployment: fulfilled, said: { type: 'Warning', reason, message } as const })
  const revision = rollbackTo(deployment) || lastRevision(sets)
  if (revision === 0) return warn('DeploymentRollbackRevisionNotFound', 'Unable to find last revision.')
  const set = sets.find((s) => revisionOf(s) === revision)
  if (!set) return warn('DeploymentRollbackRevisionNotFound', 'Unable to find the revision to rollback to.')
  if (sameTemplate(spec.template, set.spec.template))
    return warn(
      'DeploymentRollbackTemplateUnchanged',
      `The rollback revision contains the same template as current deployment ${JSON.stringify(name)}`,
    )
  const annotations = without({ ...annotationsOf(deployment, set) }, ROLLBACK)
  return {
    deployment: { ...deployment, metadata: { ...metadata, annotations }, spec: { ...spec, template: hashless(set.spec.template) } },
    said: {
      type: 'Normal',
      reason: 'DeploymentRollback',
      message: `Rolled back deployment ${JSON.stringify(name)} to revision ${String(revision)}`,
    },
  }
}

/** The highest but one. */
function lastRevision(sets: readonly ReplicaSet[]): number {
  const [, last = 0] = sets.map(revisionOf).sort((a, b) => b - a)
  return last
}
