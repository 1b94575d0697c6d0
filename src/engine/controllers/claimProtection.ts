// A PersistentVolumeClaim that is deleted stays as long as a Pod on a node uses it: a finalizer holds it until then.
// Leaves out: ephemeral volumes' claims, the condition Unused (alpha).
// Upstream: kubernetes pkg/controller/volume/pvcprotection/pvc_protection_controller.go

import type { Pod } from '../api/kinds/pod/types'
import type { ApiObject, JsonObject } from '../api/object'
import { keyOf } from '../client/informer'
import { read, replace } from '../client/sync'
import { WorkQueue } from '../client/workQueue'
import type { StartController } from './controller'
import { isTerminal } from './podFacts'
import { pathIn, pathOf } from './resources'
import { demand, runSync, type Sync } from './sync'
import { startWhenSynced, Watched } from './watched'

const PROTECTION = 'kubernetes.io/pvc-protection'
const DELAYS = { baseDelay: 5000, maxDelay: 1_000_000 }

export const claimProtectionController: StartController = (io, client, _shared, _options, informers) => {
  const claims = new Watched<ApiObject>(informers, 'persistentVolumeClaims')
  const pods = new Watched<Pod>(informers, 'pods')
  const queue: WorkQueue = new WorkQueue(io, (key, done) => runSync(client, sync(key), done), { held: true, ...DELAYS })
  const consider = (claim: ApiObject) => {
    if (isProtected(claim) === isEnding(claim)) queue.add(keyOf(claim))
  }
  const considerClaimsOf = (pod: Pod) => {
    for (const name of claimsOf(pod)) queue.add(`${pod.metadata.namespace ?? ''}/${name}`)
  }
  /** One that runs on a node holds its claims: nothing can be done for them. */
  const changed = (pod: Pod) => {
    if (!pod.spec.nodeName || isTerminal(pod)) considerClaimsOf(pod)
  }

  claims.listen({ add: consider, update: consider })
  pods.listen({
    add: changed,
    update: (pod, old) => {
      changed(pod)
      // Another of the same name: the old one has gone without a word.
      if (old.metadata.uid !== pod.metadata.uid) considerClaimsOf(old)
    },
    delete: considerClaimsOf,
  })
  startWhenSynced(queue, claims, pods)

  function* sync(key: string): Sync {
    const claim = claims.at(key)
    if (!claim || isProtected(claim) !== isEnding(claim)) return
    const { metadata } = claim
    const others = metadata.finalizers?.filter((finalizer) => finalizer !== PROTECTION) ?? []
    if (isEnding(claim) && (yield* isUsed(claim))) return
    const finalizers = isEnding(claim) ? others : [...others, PROTECTION]
    yield* demand(replace(pathOf('persistentVolumeClaims', claim), { ...claim, metadata: { ...metadata, finalizers } }))
  }

  /** The cache first; where it knows of no user, the server must agree. */
  function* isUsed({ metadata: { namespace = '', name = '' } }: ApiObject): Sync<boolean> {
    const uses = (pod: Pod) => Boolean(pod.spec.nodeName) && claimsOf(pod).includes(name)
    for (const pod of pods.values()) if (pod.metadata.namespace === namespace && uses(pod)) return true
    const list = yield* demand<ApiObject & { readonly items?: readonly Pod[] }>(read(pathIn('pods', namespace)))
    return list.items?.some(uses) ?? false
  }
}

const isProtected = ({ metadata }: ApiObject): boolean => metadata.finalizers?.includes(PROTECTION) ?? false
const isEnding = ({ metadata }: ApiObject): boolean => metadata.deletionTimestamp !== undefined

function claimsOf({ spec }: Pod): readonly string[] {
  return (spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) => {
    const name = (persistentVolumeClaim as JsonObject | undefined)?.claimName
    return typeof name === 'string' ? [name] : []
  })
}
