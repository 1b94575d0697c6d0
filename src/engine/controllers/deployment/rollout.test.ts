import { describe, expect, it } from 'vitest'
import type { Answered } from '../../client/types'
import type { EventNote, EventRecorder } from '../../client/eventRecorder'
import type { Sync } from '../../client/sync'
import { loneIo } from '../../testing/loneIo'
import type { Deployment, ReplicaSet } from '../workloads'
import { rolloutStatus } from './deploymentStatus'
import { newSetAnnotations } from './revisions'
import { rollingUpdate } from './rollingUpdate'
import { Rollout } from './rollout'
import { scale } from './scaling'

const REVISION = 'deployment.kubernetes.io/revision'
const templateOf = (image: string) => ({ metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image }] } })
const aDeployment = (replicas: number): Deployment => ({
  metadata: { name: 'web', namespace: 'default', uid: 'web', generation: 1, annotations: { [REVISION]: '3' } },
  spec: {
    replicas,
    selector: {},
    template: templateOf('new'),
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
  },
  status: { observedGeneration: 1 },
})
function aSet(name: string, revision: string, born: number, replicas: number, availableReplicas: number, image = name): ReplicaSet {
  const sizes = { 'deployment.kubernetes.io/desired-replicas': '3', 'deployment.kubernetes.io/max-replicas': '3' }
  return {
    metadata: {
      name,
      namespace: 'default',
      uid: name,
      creationTimestamp: `2026-01-01T00:00:0${String(born)}Z`,
      annotations: { [REVISION]: revision, ...sizes },
    },
    spec: { replicas, selector: {}, template: templateOf(image) },
    status: { replicas: availableReplicas, availableReplicas },
  }
}

/** The sizes that ReplicaSets are brought to, in order. */
const scaled = (...of: Parameters<typeof askedOf>) =>
  askedOf(...of).flatMap(({ method, name, body }) => (method === 'PUT' ? [`${name} ${String(body?.spec.replicas)}`] : []))

const forgotten = (deployment: Deployment, sets: readonly ReplicaSet[]) =>
  askedOf(deployment, sets, scale).flatMap(({ method, name }) => (method === 'DELETE' ? [name] : []))

/** What is asked of ReplicaSets, in order. */
function askedOf(deployment: Deployment, sets: readonly ReplicaSet[], step: (rollout: Rollout) => Sync) {
  const events = { event: (_about: unknown, _note: EventNote) => {} } as unknown as EventRecorder
  const around = { io: loneIo(), events, podsOf: () => [], replicaSet: () => undefined, lookAgain: () => {} }
  const asked: { readonly method: string; readonly name: string; readonly body: ReplicaSet | undefined }[] = []
  const sync = step(new Rollout(around, 'default/web', deployment, sets))
  let next = sync.next([])
  while (!next.done) {
    for (const { method, path, body } of next.value)
      if (path.includes('/replicasets/')) asked.push({ method, name: path.split('/').at(-1)!, body: body as ReplicaSet | undefined })
    next = sync.next(next.value.map(({ body }) => ({ status: 200, headers: {}, body }) as Answered))
  }
  return asked
}

describe('a rollout', () => {
  it('takes nothing of an old ReplicaSet whose status tells of more than it should have', () => {
    const fresh = aSet('new', '3', 3, 1, 1)
    expect(scaled(aDeployment(3), [aSet('old', '2', 1, 2, 2), fresh], rollingUpdate)).toEqual(['old 1'])
    expect(scaled(aDeployment(3), [aSet('old', '2', 1, 2, 3), fresh], rollingUpdate)).toEqual([])
  })

  it('that is scaled with a new ReplicaSet that has all takes from the others, the youngest first', () => {
    const sets = [aSet('a', '1', 1, 1, 1), aSet('b', '2', 2, 1, 1), aSet('new', '3', 3, 3, 3)]
    expect(scaled(aDeployment(3), sets, scale)).toEqual(['b 0', 'a 0'])
  })

  it('that is scaled to none takes it from all the others where it does not roll, too', () => {
    const none = aSet('new', '3', 3, 0, 0)
    const annotations = { ...none.metadata.annotations, 'deployment.kubernetes.io/desired-replicas': '0' }
    const newSet = { ...none, metadata: { ...none.metadata, annotations }, status: { replicas: 0 } }
    const deployment = aDeployment(0)
    const recreated = { ...deployment, spec: { ...deployment.spec, strategy: { type: 'Recreate' } } }
    expect(scaled(recreated, [aSet('a', '1', 1, 1, 1), aSet('b', '2', 2, 1, 1), newSet], scale)).toEqual(['b 0', 'a 0'])
  })

  it('that is paused forgets no old ReplicaSet while a rollback waits', () => {
    const deployment = aDeployment(3)
    const paused = { ...deployment, spec: { ...deployment.spec, paused: true, revisionHistoryLimit: 0 } }
    const waiting = {
      ...paused,
      metadata: { ...paused.metadata, annotations: { ...paused.metadata.annotations, 'deprecated.deployment.rollback.to': '1' } },
    }
    const sets = [aSet('a', '1', 1, 0, 0), aSet('new', '3', 3, 3, 3)]
    expect(forgotten(paused, sets)).toEqual(['a'])
    expect(forgotten(waiting, sets)).toEqual([])
  })

  it('says since when Pods could not be made as the ReplicaSet says it', () => {
    const set = aSet('new', '3', 3, 3, 0)
    const lastTransitionTime = '2026-01-01T00:01:00Z'
    const condition = { type: 'ReplicaFailure', status: 'True', lastTransitionTime, reason: 'FailedCreate', message: 'no' }
    const failing = { ...set, status: { ...set.status, conditions: [condition] } }
    const { conditions } = rolloutStatus(aDeployment(3), [failing], failing, Date.UTC(2026, 0, 1, 1))
    expect(conditions!.at(-1)).toEqual({ ...condition, lastUpdateTime: lastTransitionTime })
  })

  it('leaves the annotations of a ReplicaSet alone where its revision is no number', () => {
    const current = { [REVISION]: 'first' }
    expect(newSetAnnotations(aDeployment(3), current, 4, true)).toBe(current)
  })
})
