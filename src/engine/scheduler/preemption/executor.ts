// Carries out a preemption after the cycle: lower promises on the node are taken back, one after the other, then each victim gets its
// condition and is deleted; the last one comes last, so that the preemptor, which is not tried meanwhile, hears of its end.
// Simplified: all victims but the last are asked to go at once (16 at a time there), also when one of them could not be.
// Upstream: kubernetes pkg/scheduler/framework/preemption/executor.go

import type { Pod } from '../../api/kinds/pod/types'
import { remove } from '../../client/requests'
import type { Handle } from '../framework/handle'
import { priorityOf } from '../queue/nominator'
import { patchPodStatus } from '../podStatusPatch'
import type { Candidate } from './candidates'

export class PreemptionExecutor {
  /** Preemptors whose victims are being asked to go, with the last victim once it is its turn. */
  private readonly preempting = new Map<string, Pod | null>()

  constructor(private readonly handle: Handle) {}

  start({ node, victims: all }: Candidate, preemptor: Pod): void {
    const victims = all.filter((victim) => !victim.metadata.deletionTimestamp)
    if (victims.length === 0) return
    const uid = preemptor.metadata.uid!
    this.preempting.set(uid, null)
    const { handle } = this
    handle.after(0, () => {
      const lower = handle.nominator.podsOn(node).filter((promised) => priorityOf(promised) < priorityOf(preemptor))
      this.clearPromises(lower, (cleared) => {
        const last = victims.at(-1)!
        const finish = (ok: boolean, inMemory = false) => {
          this.preempting.delete(uid)
          // No deletion will be heard of.
          if (!ok || !cleared || inMemory) handle.activate(preemptor)
        }
        this.evictAll(victims.slice(0, -1), preemptor, node, (ok) => {
          if (!ok) return finish(false)
          this.preempting.set(uid, last)
          this.evict(last, preemptor, node, finish)
        })
      })
    })
  }

  /** Until the last victim is going, another try would come too early. */
  isPreempting({ metadata }: Pod): boolean {
    const last = this.preempting.get(metadata.uid!)
    if (last === undefined) return false
    if (last === null) return true
    const now = this.handle.pod(last.metadata.namespace!, last.metadata.name!)
    return now !== undefined && !now.metadata.deletionTimestamp
  }

  private clearPromises([first, ...rest]: readonly Pod[], done: (ok: boolean) => void): void {
    if (!first) return done(true)
    patchPodStatus(first, { nominate: '' }, this.handle, (answer) =>
      this.clearPromises(rest, (ok) => done(ok && (answer === null || answer.status === 200))),
    )
  }

  private evictAll(victims: readonly Pod[], preemptor: Pod, node: string, done: (ok: boolean) => void): void {
    let left = victims.length
    let allOk = true
    if (left === 0) return done(true)
    for (const victim of victims)
      this.evict(victim, preemptor, node, (ok) => {
        allOk &&= ok
        if (--left === 0) done(allOk)
      })
  }

  private evict(victim: Pod, preemptor: Pod, node: string, done: (ok: boolean, inMemory?: boolean) => void): void {
    const { handle } = this
    const { namespace, name, uid = '' } = victim.metadata
    const tell = (more = '') => {
      const note = `Preempted by pod ${preemptor.metadata.uid} on node ${node}${more}`
      handle.event(victim, { type: 'Normal', reason: 'Preempted', action: 'Preempting', note })
    }
    const breakOff = handle.preBinding.get(uid)
    if (breakOff) {
      tell(' (in kube-scheduler memory).')
      breakOff('preempted by DefaultPreemption')
      return done(true, true)
    }
    const condition = {
      type: 'DisruptionTarget',
      status: 'True' as const,
      reason: 'PreemptionByScheduler',
      message: `${preemptor.spec.schedulerName}: preempting to accommodate a higher priority pod`,
    }
    const ask = () =>
      handle.request(remove(`/api/v1/namespaces/${namespace}/pods/${name}`, {}), ({ status }) => {
        if (status === 404) return done(true)
        if (status !== 200 && status !== 202) return done(false)
        tell()
        done(true)
      })
    patchPodStatus(victim, { condition }, handle, (answer) => {
      if (answer === null || answer.status === 200) ask()
      else done(answer.status === 404)
    })
  }
}
