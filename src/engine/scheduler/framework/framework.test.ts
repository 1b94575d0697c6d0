import { describe, expect, it } from 'vitest'
import { pendingPod } from '../../testing/aScheduling'
import { Nominator } from '../queue/nominator'
import { CycleState } from './cycleState'
import { Framework } from './framework'
import { failed, unresolvable, unschedulable, type Plugin, type PreFilterOutcome, type Status } from './interface'

const pod = pendingPod('web')

function afterPreFilter(...outcomes: PreFilterOutcome[]) {
  const asked: number[] = []
  const plugins = outcomes.map((outcome, i): Plugin => {
    return { name: `${i}`, preFilter: () => (asked.push(i), outcome), filter: () => null }
  })
  const state = new CycleState()
  const { rejection } = new Framework(plugins, new Nominator()).preFilter(state, pod)
  return { asked, filters: state.filters, says: rejection && `${rejection.plugin}: ${rejection.reasons.join()}` }
}

function afterPostFilter(...statuses: (Status | null)[]) {
  const asked: number[] = []
  const plugins = statuses.map((status, i): Plugin => {
    return { name: `${i}`, postFilter: () => (asked.push(i), { status, message: `${i}` }) }
  })
  const { message } = new Framework(plugins, new Nominator()).postFilter(new CycleState(), pod, new Map())
  return { asked, message }
}

describe('a PreFilter that refuses all nodes', () => {
  it('ends it where preemption can not help: the others compute nothing', () => {
    expect(afterPreFilter(null, unresolvable('no'), null)).toEqual({ asked: [0, 1], filters: [], says: '1: no' })
    expect(afterPreFilter(failed('broken'), null)).toEqual({ asked: [0], filters: [], says: '0: running PreFilter plugin "0": broken' })
  })

  it('lets the others compute where preemption may help, which asks the Filters of all but those that skip', () => {
    const given = afterPreFilter(unschedulable('full'), 'skip', null)
    expect(given).toEqual({ asked: [0, 1, 2], filters: [0, 2], says: '0: full' })
  })
})

describe('PostFilters', () => {
  it('are asked until one helps, errs or rules it out', () => {
    expect(afterPostFilter(unschedulable(), null, unschedulable())).toEqual({ asked: [0, 1], message: '1' })
    expect(afterPostFilter(failed('not found'), null)).toEqual({ asked: [0], message: '0' })
    expect(afterPostFilter(unschedulable(), unschedulable())).toEqual({ asked: [0, 1], message: '1' })
  })
})
