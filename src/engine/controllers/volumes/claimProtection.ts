// A PersistentVolumeClaim that is deleted stays as long as a Pod on a node uses it: a finalizer holds it until then. While it is bound, its condition
// Unused says since when a Pod that has not ended names it, or none.
// Upstream: kubernetes pkg/controller/volume/pvcprotection/pvc_protection_controller.go

import type { Pod } from '../../api/kinds/pod/types'
import type { ApiObject } from '../../api/object'
import { claimsOf, wasMadeFor, type ClaimUse, type PersistentVolumeClaim } from '../../api/kinds/persistentvolume/persistentVolumes'
import { rfc3339 } from '../../api/scalars/time'
import { keyOf } from '../../client/informer'
import { read, replace } from '../../client/requests'
import { demand, syncQueue, type Sync } from '../../client/sync'
import type { WorkQueue } from '../../client/workQueue'
import { setStatusCondition } from '../conditions'
import type { StartController } from '../controller'
import { isDown } from '../podFacts'
import { pathIn, pathOf } from '../resources'
import { startWhenSynced, Watched } from '../watched'
import type { Condition } from '../workloads'

const PROTECTION = 'kubernetes.io/pvc-protection'
const WORKERS = 30

export const claimProtectionController: StartController = ({ io, client, informers }) => {
  const claims = new Watched<PersistentVolumeClaim>(informers, 'persistentVolumeClaims')
  const pods = new Watched<Pod>(informers, 'pods')
  const queue: WorkQueue = syncQueue(io, client, sync, { held: true, workers: WORKERS })
  const consider = (claim: PersistentVolumeClaim) => {
    if (isProtected(claim) === isEnding(claim) || !unusedOf(claim)) queue.add(keyOf(claim))
  }
  const considerClaimsOf = (pod: Pod) => {
    for (const { name } of claimsOf(pod)) queue.add(`${pod.metadata.namespace ?? ''}/${name}`)
  }

  claims.listen({ add: consider, update: consider })
  pods.listen({
    add: considerClaimsOf,
    update: (pod, old) => {
      considerClaimsOf(pod)
      // Another of the same name: the old one has gone without a word.
      if (old.metadata.uid !== pod.metadata.uid) considerClaimsOf(old)
    },
    delete: considerClaimsOf,
  })
  startWhenSynced(queue, claims, pods)

  function* sync(key: string): Sync {
    const claim = claims.at(key)
    if (!claim) return
    let live: readonly Pod[] | null = null
    /** The cache first; where it knows of no user, the server must agree. */
    function* isUsed(claim: PersistentVolumeClaim, counts: (pod: Pod, use: ClaimUse) => boolean): Sync<boolean> {
      const { namespace = '', name } = claim.metadata
      const uses = (pod: Pod) =>
        claimsOf(pod).some((use) => use.name === name && (!use.ephemeral || wasMadeFor(pod, claim)) && counts(pod, use))
      for (const pod of pods.values()) if (pod.metadata.namespace === namespace && uses(pod)) return true
      live ??= (yield* demand<ApiObject & { readonly items?: readonly Pod[] }>(read(pathIn('pods', namespace)))).items ?? []
      return live.some(uses)
    }
    if (!isEnding(claim) && claim.status?.phase === 'Bound') yield* tellUse(claim, yield* isUsed(claim, (pod) => !isDown(pod)))
    if (isProtected(claim) !== isEnding(claim)) return
    const { metadata } = claim
    const others = metadata.finalizers?.filter((finalizer) => finalizer !== PROTECTION) ?? []
    // One that is on a node holds its claims, even when it has ended; its own ones until its kubelet is done with it.
    const holds = (pod: Pod, { ephemeral }: ClaimUse) =>
      Boolean(pod.spec.nodeName) && !(ephemeral && isEnding(pod) && pod.metadata.deletionGracePeriodSeconds === 0)
    if (isEnding(claim) && (yield* isUsed(claim, holds))) return
    const finalizers = isEnding(claim) ? others : [...others, PROTECTION]
    yield* demand(replace(pathOf('persistentVolumeClaims', claim), { ...claim, metadata: { ...metadata, finalizers } }))
  }

  function* tellUse(claim: PersistentVolumeClaim, isUsed: boolean): Sync {
    const condition = isUsed
      ? { type: UNUSED, status: 'False', reason: 'PodUsingPVC', message: 'A pod is currently referencing this PVC' }
      : { type: UNUSED, status: 'True', reason: 'NoPodsUsingPVC', message: 'No pods are currently referencing this PVC' }
    if (unusedOf(claim)?.status === condition.status) return
    const conditions = setStatusCondition(conditionsOf(claim), condition, rfc3339(io.epochNow))
    yield* demand(replace(pathOf('persistentVolumeClaims', claim, 'status'), { ...claim, status: { ...claim.status, conditions } }))
  }
}

const UNUSED = 'Unused'

const conditionsOf = ({ status }: PersistentVolumeClaim): readonly Condition[] =>
  (status?.conditions as readonly Condition[] | undefined) ?? []
const unusedOf = (claim: PersistentVolumeClaim): Condition | undefined => conditionsOf(claim).find(({ type }) => type === UNUSED)
const isProtected = ({ metadata }: ApiObject): boolean => metadata.finalizers?.includes(PROTECTION) ?? false
const isEnding = ({ metadata }: ApiObject): boolean => metadata.deletionTimestamp !== undefined
