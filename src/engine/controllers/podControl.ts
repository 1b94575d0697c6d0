// Makes and deletes the Pods of a controller, and says so in events about the object that they belong to.
// Upstream: kubernetes pkg/controller/controller_utils.go (RealPodControl, slowStartBatch)

import type { Pod } from '../api/kinds/pod/types'
import type { ApiObject } from '../api/object'
import type { JsonObject } from '../base/json'
import type { EventRecorder } from '../client/eventRecorder'
import { messageOf, namespaceGoes, objectOf, succeeded } from '../client/answers'
import type { Answered } from '../client/types'
import { create, remove } from '../client/requests'
import { askAll, type Sync } from '../client/sync'
import { ownerReference } from './ownership'
import { pathIn, pathOf } from './resources'
import type { PodTemplate } from './workloads'

/** The Pod that a template describes; its name is drawn by the server. */
export function podFrom(template: PodTemplate, owner: ApiObject): JsonObject {
  const { labels, annotations, finalizers } = template.metadata ?? {}
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      generateName: `${owner.metadata.name ?? ''}-`,
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
      ownerReferences: [ownerReference(owner)],
      ...(finalizers ? { finalizers } : {}),
    },
    spec: template.spec,
    status: {},
  }
}

/**
 * Creates the Pods in batches of 1, 2, 4, … and stops after a batch in which one was refused: whatever stands in the way stands in the way of all.
 * Of a namespace that goes upstream takes no notice, not even to stop. The answers, one for each Pod that was tried.
 */
export function* createPods(
  events: EventRecorder,
  owner: ApiObject,
  pods: readonly JsonObject[],
  firstBatch = 1,
): Sync<readonly Answered[]> {
  const answers: Answered[] = []
  const path = pathIn('pods', owner.metadata.namespace!)
  for (let size = firstBatch; answers.length < pods.length; size *= 2) {
    const batch = yield* askAll(pods.slice(answers.length, answers.length + size).map((pod) => create(path, pod)))
    for (const answer of batch) noteCreated(events, owner, answer)
    answers.push(...batch)
    if (!batch.every((answer) => succeeded(answer) || namespaceGoes(answer))) break
  }
  return answers
}

function noteCreated(events: EventRecorder, owner: ApiObject, answer: Answered): void {
  if (succeeded(answer)) {
    const message = `Created pod: ${objectOf(answer).metadata.name ?? ''}`
    events.event(owner, { type: 'Normal', reason: 'SuccessfulCreate', message })
  } else if (!namespaceGoes(answer))
    events.event(owner, { type: 'Warning', reason: 'FailedCreate', message: `Error creating: ${messageOf(answer)}` })
}

/** Deletes them all at once; the answers. One that is gone already is no failure. */
export function* deletePods(events: EventRecorder, owner: ApiObject, pods: readonly Pod[]): Sync<readonly Answered[]> {
  const answers = yield* askAll(pods.map((pod) => remove(pathOf('pods', pod), {})))
  for (const [i, answer] of answers.entries()) {
    const { name = '' } = pods[i]!.metadata
    if (succeeded(answer)) events.event(owner, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${name}` })
    else if (answer.status !== 404)
      events.event(owner, { type: 'Warning', reason: 'FailedDelete', message: `Error deleting: ${messageOf(answer)}` })
  }
  return answers
}
