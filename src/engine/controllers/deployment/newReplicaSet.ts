// The new ReplicaSet of a Deployment, the one with its template, whatever its age: found, brought up to date, or made.
// Upstream: kubernetes pkg/controller/deployment/sync.go (getAllReplicaSetsAndSyncRevision, getNewReplicaSet)

import type { JsonObject } from '../../base/json'
import { messageOf, namespaceGoes, objectOf, reasonOf, succeeded } from '../../client/answers'
import { create, replace } from '../../client/requests'
import { ask, demand, GiveUp, type Sync } from '../../client/sync'
import { byAge } from '../byAge'
import { noteGap } from '../gap'
import { controllerOf, ownerReference } from '../ownership'
import { pathIn, pathOf } from '../resources'
import { templateHash } from '../templateHash'
import type { Deployment, ReplicaSet } from '../workloads'
import { deploymentCondition, hasDeadline } from './deploymentStatus'
import { newReplicas, desiredReplicas } from './replicaCounts'
import { findNewSet, newSetAnnotations, REVISION, revisionOf, sameTemplate, TEMPLATE_HASH } from './revisions'
import type { Rollout } from './rollout'

const LONGEST_NAME = 253

export interface OwnedReplicaSets {
  /** Null where there is none with the Deployment's template. */
  readonly newSet: ReplicaSet | null
  readonly old: readonly ReplicaSet[]
}

/** The Deployment's ReplicaSets; the new one, and the revision that the Deployment tells, are brought up to date on the way. */
export function* syncReplicaSets(rollout: Rollout): Sync<OwnedReplicaSets> {
  const { found, old, revision } = split(rollout)
  return { newSet: found && (yield* keepNewSet(rollout, found, revision)), old }
}

/** The same; a new one is made where there is none. */
export function* syncOrMakeReplicaSets(rollout: Rollout): Sync<OwnedReplicaSets & { readonly newSet: ReplicaSet }> {
  const { found, old, revision } = split(rollout)
  return { newSet: yield* found ? keepNewSet(rollout, found, revision) : makeNewSet(rollout, old, revision), old }
}

/** `revision`: that of the new one; `old`: by age. */
function split({ deployment, sets }: Rollout) {
  const found = findNewSet(deployment, sets)
  const old = sets.filter((set) => set !== found).sort(byAge)
  return { found, old, revision: Math.max(0, ...old.map(revisionOf)) + 1 }
}

/** The new one exists (it may be an old one that the template went back to): its annotations follow the Deployment's. */
function* keepNewSet(rollout: Rollout, set: ReplicaSet, revision: number): Sync<ReplicaSet> {
  const { deployment } = rollout
  const current = set.metadata.annotations ?? {}
  const annotations = newSetAnnotations(deployment, current, revision, true)
  const { minReadySeconds } = deployment.spec
  if (annotations !== current || (set.spec.minReadySeconds ?? 0) !== (minReadySeconds ?? 0)) {
    const body = { ...set, metadata: { ...set.metadata, annotations }, spec: { ...set.spec, minReadySeconds } }
    return yield* demand<ReplicaSet>(replace(pathOf('replicaSets', set), body))
  }
  let tell = rollout.setRevision(annotations[REVISION] ?? '')
  if (hasDeadline(deployment) && !deploymentCondition(deployment.status, 'Progressing')) {
    rollout.setProgressing('True', 'FoundNewReplicaSet', `Found new replica set "${set.metadata.name ?? ''}"`)
    tell = true
  }
  if (tell) yield* rollout.writeStatus(rollout.deployment.status)
  return set
}

function* makeNewSet(rollout: Rollout, old: readonly ReplicaSet[], revision: number): Sync<ReplicaSet> {
  const { deployment, around } = rollout
  const set = draft(deployment, old, revision)
  noteGap(around.io, 'deployment-controller', deployment, { of: 'ReplicaSet', wanted: 1, there: 0 })
  const answer = yield* ask(create(pathIn('replicaSets', deployment.metadata.namespace!), set))
  const known = reasonOf(answer) === 'AlreadyExists' ? yield* knownOf(rollout, set.metadata.name!, messageOf(answer)) : null
  if (!known && !succeeded(answer)) {
    const message = `Failed to create new replica set "${set.metadata.name ?? ''}": ${messageOf(answer)}`
    if (!namespaceGoes(answer)) {
      if (hasDeadline(deployment)) {
        rollout.setProgressing('False', 'ReplicaSetCreateError', message)
        yield* ask(replace(pathOf('deployments', deployment, 'status'), rollout.deployment))
      }
      around.events.event(deployment, { type: 'Warning', reason: 'ReplicaSetCreateError', message })
    }
    throw new GiveUp(message, !namespaceGoes(answer))
  }
  const made = known ?? objectOf<ReplicaSet>(answer)
  if (!known && desiredReplicas(set) > 0) rollout.noteScaled(made, 0, desiredReplicas(set))
  let tell = rollout.setRevision(String(revision))
  if (!known && hasDeadline(deployment)) {
    rollout.setProgressing('True', 'NewReplicaSetCreated', `Created new replica set "${made.metadata.name ?? ''}"`)
    tell = true
  }
  if (tell) yield* rollout.writeStatus(rollout.deployment.status)
  return made
}

function draft(deployment: Deployment, old: readonly ReplicaSet[], revision: number): ReplicaSet {
  const { metadata, spec, status } = deployment
  const hash = templateHash(spec.template, status.collisionCount)
  const labels = { ...spec.template.metadata?.labels, [TEMPLATE_HASH]: hash }
  const matchLabels = { ...(spec.selector.matchLabels as JsonObject | undefined), [TEMPLATE_HASH]: hash }
  const annotations = newSetAnnotations(deployment, {}, revision, false)
  return {
    kind: 'ReplicaSet',
    apiVersion: 'apps/v1',
    metadata: {
      name: `${(metadata.name ?? '').slice(0, LONGEST_NAME - 1 - hash.length)}-${hash}`,
      namespace: metadata.namespace,
      labels,
      annotations,
      ownerReferences: [ownerReference(deployment)],
    },
    spec: {
      replicas: newReplicas(deployment, old, 0),
      ...(spec.minReadySeconds ? { minReadySeconds: spec.minReadySeconds } : {}),
      selector: { ...spec.selector, matchLabels },
      template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
    },
    status: { replicas: 0 },
  }
}

/** The cache was behind and the ReplicaSet is ours already, or two templates have the same hash and the next try takes another. */
function* knownOf(rollout: Rollout, name: string, message: string): Sync<ReplicaSet> {
  const { metadata, spec, status } = rollout.deployment
  const set = rollout.around.replicaSet(metadata.namespace!, name)
  if (set && controllerOf(set)?.uid === metadata.uid && sameTemplate(set.spec.template, spec.template)) return set
  if (set) yield* rollout.writeStatus({ ...status, collisionCount: (status.collisionCount ?? 0) + 1 })
  throw new GiveUp(message)
}
