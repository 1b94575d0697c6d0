// How far a rollout is, in kubectl's words.
// Upstream: kubectl pkg/polymorphichelpers/rollout_status.go

import { CommandError } from '../context'
import type { Described } from '../describe/parts'

export interface Progress {
  readonly text: string
  readonly done: boolean
}

const waiting = (text: string): Progress => ({ text, done: false })
const over = (text: string): Progress => ({ text, done: true })

type Viewer = (object: Described) => Progress

const counted = ({ status }: Described, field: string) => Number(status?.[field] ?? 0)
const observed = (object: Described) =>
  Number(object.status?.observedGeneration ?? 0) >= Number((object.metadata as { generation?: number }).generation ?? 0)
const wished = ({ spec }: Described) => Number(spec?.replicas ?? 0)

/** By kind; the kinds that can be rolled out. */
export const statusViewers: Readonly<Record<string, Viewer>> = {
  Deployment(deployment) {
    const { name } = deployment.metadata
    if (!observed(deployment)) return waiting('Waiting for deployment spec update to be observed...')
    const conditions = (deployment.status?.conditions ?? []) as readonly { type: string; reason?: string }[]
    if (conditions.find((c) => c.type === 'Progressing')?.reason === 'ProgressDeadlineExceeded')
      throw new CommandError(`error: deployment "${name}" exceeded its progress deadline\n`)
    const updated = counted(deployment, 'updatedReplicas')
    const replicas = counted(deployment, 'replicas')
    const available = counted(deployment, 'availableReplicas')
    const rollout = `Waiting for deployment "${name}" rollout to finish:`
    if (updated < wished(deployment)) return waiting(`${rollout} ${updated} out of ${wished(deployment)} new replicas have been updated...`)
    if (replicas > updated) return waiting(`${rollout} ${replicas - updated} old replicas are pending termination...`)
    if (available < updated) return waiting(`${rollout} ${available} of ${updated} updated replicas are available...`)
    return over(`deployment "${name}" successfully rolled out`)
  },

  DaemonSet(daemonSet) {
    onlyRolling(daemonSet)
    const { name } = daemonSet.metadata
    if (!observed(daemonSet)) return waiting('Waiting for daemon set spec update to be observed...')
    const updated = counted(daemonSet, 'updatedNumberScheduled')
    const available = counted(daemonSet, 'numberAvailable')
    const desired = counted(daemonSet, 'desiredNumberScheduled')
    const rollout = `Waiting for daemon set "${name}" rollout to finish:`
    if (updated < desired) return waiting(`${rollout} ${updated} out of ${desired} new pods have been updated...`)
    if (available < desired) return waiting(`${rollout} ${available} of ${desired} updated pods are available...`)
    return over(`daemon set "${name}" successfully rolled out`)
  },

  StatefulSet(statefulSet) {
    onlyRolling(statefulSet)
    const { status = {} } = statefulSet
    if (!status.observedGeneration || !observed(statefulSet)) return waiting('Waiting for statefulset spec update to be observed...')
    const ready = counted(statefulSet, 'readyReplicas')
    const updated = counted(statefulSet, 'updatedReplicas')
    if (ready < wished(statefulSet)) return waiting(`Waiting for ${wished(statefulSet) - ready} pods to be ready...`)
    const strategy = statefulSet.spec?.updateStrategy as { rollingUpdate?: { partition?: number } } | undefined
    if (strategy?.rollingUpdate) {
      const wish = wished(statefulSet) - (strategy.rollingUpdate.partition ?? 0)
      if (updated < wish)
        return waiting(`Waiting for partitioned roll out to finish: ${updated} out of ${wish} new pods have been updated...`)
      return over(`partitioned roll out complete: ${updated} new pods have been updated...`)
    }
    if (status.updateRevision !== status.currentRevision)
      return waiting(`waiting for statefulset rolling update to complete ${updated} pods at revision ${String(status.updateRevision)}...`)
    return over(
      `statefulset rolling update complete ${counted(statefulSet, 'currentReplicas')} pods at revision ${String(status.currentRevision)}...`,
    )
  },
}

function onlyRolling({ spec }: Described): void {
  const { type } = (spec?.updateStrategy ?? {}) as { type?: string }
  if (type !== 'RollingUpdate') throw new CommandError('error: rollout status is only available for RollingUpdate strategy type\n')
}
