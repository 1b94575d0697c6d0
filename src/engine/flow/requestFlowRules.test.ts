import { describe, expect, it } from 'vitest'
import type { Stage } from '../base/hop'
import { advance, beginFlow, canAdvance, stageOf, stageSteps, type FlowPosition } from './advance'
import type { Route } from './requestFlowMachine'

const EVERY_REQUEST: readonly Stage[] = ['requestInfo', 'authentication', 'audit', 'impersonation', 'priorityAndFairness', 'authorization']
const ADMISSION: readonly Stage[] = ['mutatingAdmission', 'validation', 'validatingAdmission']
const WRITE: readonly Stage[] = ['transaction', 'watchCache', 'respond']
const ROUTES: Readonly<Record<Route, readonly Stage[]>> = {
  read: ['read', 'respond'],
  watch: ['read', 'respond'],
  create: ['decode', 'defaulting', ...ADMISSION, 'compare', ...WRITE],
  update: ['decode', 'defaulting', 'read', ...ADMISSION, ...WRITE],
  patch: ['read', 'decode', 'defaulting', ...ADMISSION, ...WRITE],
  delete: ['decode', 'read', 'mutatingAdmission', 'validatingAdmission', ...WRITE],
  action: ['decode', 'defaulting', ...ADMISSION, 'read', ...WRITE],
  connect: ['decode', 'mutatingAdmission', 'validatingAdmission', 'read', 'respond'],
  review: ['decode', 'defaulting', ...ADMISSION, 'respond'],
  nonResource: ['respond'],
}
const routes = Object.keys(ROUTES) as Route[]

/** Each position of a request whose stages all pass, up to the one that answers. */
function walk(route: Route): readonly FlowPosition[] {
  const walked = [beginFlow()]
  for (;;) {
    const at = walked.at(-1)!
    if (at.leaf === 'respond') return walked
    walked.push(advance(at, { type: 'stage.passed', route }))
  }
}
const at = (route: Route, stage: Stage) => walk(route).find((position) => position.leaf === stage)!

describe('the way of a request', () => {
  it.each(routes)('[FL2] [FL3] [FL4] [FL5] [FL11] [FL12] of %s', (route) => {
    expect(walk(route).map(stageOf)).toEqual([...EVERY_REQUEST, ...ROUTES[route]])
  })

  it('[FL6] goes back where a transaction lost a race: a create to its key, all others to what is stored now', () => {
    const back = (route: Route) => advance(at(route, 'transaction'), { type: 'stage.retry', route }).leaf
    expect(back('create')).toBe('compare')
    for (const route of ['update', 'patch', 'delete', 'action'] as const) expect(back(route), route).toBe('read')
  })

  it.each(routes)('[FL7] of %s ends, refused, in the state that bears the name of the stage', (route) => {
    for (const position of walk(route)) {
      if (!canAdvance(position, { type: 'request.refused' })) continue
      const refused = advance(position, { type: 'request.refused' })
      expect(refused).toMatchObject({ path: `refused.${position.leaf}`, done: true })
    }
  })

  it('[FL8] goes on, once a Pod is stored, in steps 5 and 6, until the Pod is gone', () => {
    const pending = advance(at('create', 'respond'), { type: 'pod.pending' })
    const bound = advance(advance(pending, { type: 'pod.unschedulable' }), { type: 'pod.bound' })
    const running = advance(advance(bound, { type: 'pod.starting' }), { type: 'pod.running' })
    const gone = advance(advance(running, { type: 'pod.terminating' }), { type: 'pod.deleted' })
    expect([pending, bound, running, gone].map(({ path, step, done }) => [path, step, done])).toEqual([
      ['scheduling.pending', 5, false],
      ['kubelet.bound', 6, false],
      ['kubelet.running', 6, false],
      ['deleted', null, true],
    ])
  })

  it('[FL9] belongs to a step but for its arrival, its turn and its answer', () => {
    const none = Object.entries(stageSteps).flatMap(([stage, step]) => (step === null ? [stage] : []))
    expect(none.toSorted()).toEqual(['priorityAndFairness', 'requestInfo', 'respond'])
  })
})
