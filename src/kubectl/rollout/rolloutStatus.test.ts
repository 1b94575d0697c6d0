import { expect, it } from 'vitest'
import type { JsonObject } from '../../engine/index'
import type { Described } from '../describe/parts'
import { statusViewers } from './rolloutStatus'

const set = (updateStrategy: JsonObject, updatedReplicas: number): Described => ({
  kind: 'StatefulSet',
  apiVersion: 'apps/v1',
  metadata: { name: 'db', uid: 'u' },
  spec: { replicas: 3, updateStrategy: { type: 'RollingUpdate', ...updateStrategy } },
  status: { observedGeneration: 1, readyReplicas: 3, currentReplicas: 3, updatedReplicas, currentRevision: 'db-1', updateRevision: 'db-1' },
})

it('calls every rollout of a StatefulSet partitioned that has a partition, were it 0', () => {
  const view = statusViewers.StatefulSet!
  expect(view(set({ rollingUpdate: { partition: 0 } }, 3)).text).toBe('partitioned roll out complete: 3 new pods have been updated...')
  expect(view(set({ rollingUpdate: { partition: 1 } }, 1)).text).toBe(
    'Waiting for partitioned roll out to finish: 1 out of 2 new pods have been updated...',
  )
  expect(view(set({}, 3)).text).toBe('statefulset rolling update complete 3 pods at revision db-1...')
})
