// Deployments: hears of them, of their ReplicaSets and Pods, and looks at each Deployment that may have something to do.
// Upstream: kubernetes pkg/controller/deployment/deployment_controller.go

import type { Pod } from '../../api/kinds/pod/types'
import { selectorText } from '../../api/kinds/workload'
import { labelSelectorOf } from '../../api/selectors/labelSelector'
import { EventRecorder } from '../../client/eventRecorder'
import { keyOf } from '../../client/informer'
import { NO_RESYNC } from '../../client/sharedInformer'
import { bodyOf } from '../../client/answers'
import { read, replace } from '../../client/requests'
import { demand, syncQueue, type Sync } from '../../client/sync'
import type { WorkQueue } from '../../client/workQueue'
import type { StartController } from '../controller'
import { Owners } from '../owners'
import { claim, controllerOf } from '../ownership'
import { pathIn, pathOf } from '../resources'
import { startWhenSynced, Watched } from '../watched'
import type { Deployment, ReplicaSet } from '../workloads'
import { syncDeployment } from './deploymentSync'
import { Rollout, type DeploymentSurroundings } from './rollout'

/** After the last of them, which is 82 s after the one before, a Deployment waits for a change. */
const OPTIONS = { workers: 5, held: true, maxRetries: 15 }

export const deploymentController: StartController = ({ io, client, informers }) => {
  const events = new EventRecorder(io, client, { component: 'deployment-controller' })
  const deployments = new Watched<Deployment>(informers, 'deployments')
  const sets = new Watched<ReplicaSet>(informers, 'replicaSets')
  const pods = new Watched<Pod>(informers, 'pods')
  const queue: WorkQueue = syncQueue(io, client, sync, OPTIONS)

  const around: DeploymentSurroundings = {
    io,
    events,
    podsOf: ({ metadata }) => pods.ownedBy(metadata.uid!),
    replicaSet: (namespace, name) => sets.get(namespace, name),
    // One second more than the deadline, so that it has passed for sure. It is a background matter: nothing happens unless the rollout is stuck.
    // Within its last second it is looked at again and again.
    lookAgain: (key, delay) => {
      if (delay === null) return
      if (delay < 1000) queue.addRateLimited(key)
      else queue.addAfter(key, delay + 1000, true)
    },
  }

  const selectorOf = ({ spec }: Deployment) => labelSelectorOf(spec.selector) ?? []
  const enqueue = (deployment: Deployment) => queue.add(keyOf(deployment))
  const owners = new Owners(deployments, 'Deployment', selectorOf, enqueue)

  deployments.listen({ add: enqueue, update: enqueue, delete: enqueue })
  sets.listen(
    {
      add: (set) => (set.metadata.deletionTimestamp ? owners.gone(set) : owners.added(set)),
      update: (set, old) => owners.changed(set, old),
      delete: (set) => owners.gone(set),
    },
    NO_RESYNC,
  )
  pods.listen({
    // Recreate waits for the last old Pod. Which ReplicaSets there are, upstream asks the server.
    delete: (pod) => {
      const set = sets.ownerOf(pod, 'ReplicaSet')
      const deployment = set && owners.of(set)
      if (deployment?.spec.strategy?.type !== 'Recreate') return
      const { uid, namespace } = deployment.metadata
      const selector = encodeURIComponent(selectorText(deployment.spec.selector))
      client.request(read(`${pathIn('replicaSets', namespace!)}?labelSelector=${selector}`), (answer) => {
        const listed = bodyOf<{ readonly items: readonly ReplicaSet[] }>(answer)?.items.filter((s) => controllerOf(s)?.uid === uid)
        if (listed?.every(({ metadata }) => pods.ownedBy(metadata.uid!).length === 0)) enqueue(deployment)
      })
    },
  })

  startWhenSynced(queue, deployments, sets, pods)

  function* sync(key: string): Sync {
    const deployment = deployments.at(key)
    if (!deployment) return
    const { metadata, status } = deployment
    const selector = selectorOf(deployment)
    if (selector.length === 0) {
      const message = 'This deployment is selecting all pods. A non-empty selector is required.'
      events.event(deployment, { type: 'Warning', reason: 'SelectingAll', message })
      if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) {
        const body = { ...deployment, status: { ...status, observedGeneration: metadata.generation } }
        yield* demand(replace(pathOf('deployments', deployment, 'status'), body))
      }
      return
    }
    const candidates = [...sets.ownedBy(metadata.uid!), ...sets.orphans(metadata.namespace!)]
    const owned = yield* claim({ owner: deployment, ownerResource: 'deployments', resource: 'replicaSets', selector, candidates })
    yield* syncDeployment(new Rollout(around, key, deployment, owned))
  }
}
