// Makes the claim of each ephemeral volume of a Pod, which owns it: the claim goes with the Pod.
// Upstream: kubernetes pkg/controller/volume/ephemeral/controller.go

import type { Pod } from '../../api/kinds/pod/types'
import type { ApiObject } from '../../api/object'
import { claimsOf, ephemeralClaimName, notMadeFor, wasMadeFor } from '../../api/kinds/persistentvolume/persistentVolumes'
import { isObject, type JsonObject } from '../../base/json'
import { EventRecorder } from '../../client/eventRecorder'
import { keyOf, splitKey } from '../../client/informer'
import { whenSynced } from '../../client/sharedInformer'
import { messageOf } from '../../client/answers'
import { create } from '../../client/requests'
import { ask, syncQueue, type Outcome, type Sync } from '../../client/sync'
import type { StartController } from '../controller'
import { podsByNamespace } from '../podsBy'
import { pathIn, RESOURCES } from '../resources'

const WORKERS = 5

export const ephemeralVolumeController: StartController = ({ io, client, informers }) => {
  const pods = podsByNamespace(informers)
  const claims = informers.of(RESOURCES.persistentVolumeClaims)
  const events = new EventRecorder(io, client, { component: 'ephemeral_volume' })

  const queue = syncQueue(
    io,
    client,
    function* (key): Sync<Outcome> {
      const [namespace, name] = splitKey(key)
      const pod = pods.get(namespace, name) as Pod | undefined
      if (!pod || pod.metadata.deletionTimestamp) return 'done'
      for (const volume of pod.spec.volumes ?? []) {
        const problem = yield* made(pod, volume)
        if (problem === null) continue
        const message = `ephemeral volume ${String(volume.name)}: ${problem}`
        events.event(pod, { type: 'Warning', reason: 'FailedBinding', message })
        return 'failed'
      }
      return 'done'
    },
    { workers: WORKERS },
  )

  /** Null when the claim is there, or the volume has none. */
  function* made(pod: Pod, { name: volume, ephemeral }: JsonObject): Sync<string | null> {
    if (!isObject(ephemeral)) return null
    const { namespace, name: podName, uid } = pod.metadata
    const name = ephemeralClaimName(podName, volume)
    const there = claims.get(namespace!, name)
    if (there) return wasMadeFor(pod, there) ? null : notMadeFor(pod, name)
    const { metadata, spec } = (ephemeral.volumeClaimTemplate ?? {}) as { readonly metadata?: JsonObject; readonly spec?: JsonObject }
    const answer = yield* ask(
      create(pathIn('persistentVolumeClaims', namespace!), {
        kind: 'PersistentVolumeClaim',
        apiVersion: 'v1',
        metadata: {
          name,
          ...(metadata?.labels === undefined ? {} : { labels: metadata.labels }),
          ...(metadata?.annotations === undefined ? {} : { annotations: metadata.annotations }),
          ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: podName!, uid: uid!, controller: true, blockOwnerDeletion: true }],
        },
        spec: spec ?? {},
      }),
    )
    return answer.status === 201 ? null : `create PVC ${name}: ${messageOf(answer)}`
  }

  const look = (pod: ApiObject) => {
    if (!pod.metadata.deletionTimestamp && (pod as Pod).spec.volumes?.some((volume) => volume.ephemeral)) queue.add(keyOf(pod))
  }
  whenSynced([pods, claims], () => {
    pods.listen({ add: look })
    claims.listen({
      delete: ({ metadata: { namespace, name } }) => {
        for (const pod of pods.by('namespace', namespace!)) if (claimsOf(pod as Pod).some((use) => use.name === name)) look(pod)
      },
    })
  })
}
