import { describe, expect, it } from 'vitest'
import { pendingPod, schedulableNode } from '../../testing/aScheduling'
import { NodeInfo } from '../cache/nodeInfo'
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

describe('an error of a plugin', () => {
  it('says at which extension point it was', () => {
    const plugin: Plugin = { name: 'P', filter: () => failed('broken'), reserve: () => failed('broken'), permit: () => failed('broken') }
    const [framework, state] = [new Framework([plugin], new Nominator()), new CycleState()]
    framework.preFilter(state, pod)
    const said = [
      framework.filter(state, pod, new NodeInfo(schedulableNode('a'))),
      framework.reserve(state, pod, 'a'),
      framework.permit(state, pod, 'a'),
    ]
    expect(said.map((r) => r?.reasons[0])).toEqual([
      'running "P" filter plugin: broken',
      'running Reserve plugin "P": broken',
      'running Permit plugin "P": broken',
    ])
  })
})

describe('PreFilters that name different nodes', () => {
  it('are told in the order of their names, and are all to blame', () => {
    const naming = (name: string, node: string): Plugin => ({ name, preFilter: () => ({ nodeNames: new Set([node]) }) })
    const found = new Framework([naming('Second', 'a'), naming('First', 'b')], new Nominator()).preFilter(new CycleState(), pod)
    expect(found).toMatchObject({
      rejection: { reasons: ["node(s) didn't satisfy plugin(s) [First Second] simultaneously"] },
      blamed: ['Second', 'First'],
    })
  })
})

describe('PostFilters', () => {
  it('are asked until one helps, errs or rules it out', () => {
    expect(afterPostFilter(unschedulable(), null, unschedulable())).toEqual({ asked: [0, 1], message: '1' })
    expect(afterPostFilter(failed('not found'), null)).toEqual({ asked: [0], message: '0' })
    expect(afterPostFilter(unschedulable(), unschedulable())).toEqual({ asked: [0, 1], message: '1' })
  })
})
