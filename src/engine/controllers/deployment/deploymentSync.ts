// One look at one Deployment: what there is to do, and in which order it is asked.
// Upstream: kubernetes pkg/controller/deployment/deployment_controller.go (syncDeployment), rollback.go

import { replace } from '../../client/requests'
import { demand, type Sync } from '../../client/sync'
import { pathOf } from '../resources'
import { syncReplicaSets, syncOrMakeReplicaSets } from './newReplicaSet'
import { recreate } from './recreate'
import { isRolling } from './replicaCounts'
import { rollbackTo, rolledBack } from './rollback'
import { rollingUpdate } from './rollingUpdate'
import { withNewSet, type Rollout } from './rollout'
import { scale, wasScaled } from './scaling'

export function* syncDeployment(rollout: Rollout): Sync {
  const { metadata } = rollout.deployment
  if (metadata.deletionTimestamp) {
    const { newSet, old } = yield* syncReplicaSets(rollout)
    return yield* rollout.writeCounts(newSet, old)
  }
  yield* rollout.notePause()
  if (rollout.deployment.spec.paused) return yield* scale(rollout)
  if (rollbackTo(rollout.deployment) !== undefined) return yield* rollBack(rollout)
  if (yield* wasScaled(rollout)) return yield* scale(rollout)
  yield* isRolling(rollout.deployment) ? rollingUpdate(rollout) : recreate(rollout)
}

/** An annotation of old asks for an earlier template: it becomes the Deployment's. */
function* rollBack(rollout: Rollout): Sync {
  const { newSet, old } = yield* syncOrMakeReplicaSets(rollout)
  const { deployment, said } = rolledBack(rollout.deployment, withNewSet(old, newSet))
  const tell = () => rollout.around.events.event(rollout.deployment, said)
  // A warning does not wait for the write.
  if (said.type === 'Warning') tell()
  yield* demand(replace(pathOf('deployments', deployment), deployment))
  if (said.type === 'Normal') tell()
}
