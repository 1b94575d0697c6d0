import { describe, expect, it } from 'vitest'
import { created, refused } from '../../stores/handMadeTrace'
import { momentsOf } from '../../stores/moments'
import { toldStory } from '../../stores/toldStory'
import type { MomentKind, StoryMoment } from '../../stores/momentKinds'
import { stepsAt } from './stepsAt'

const creation = momentsOf(created().trace, 0, 'six-steps')
const refusal = momentsOf(refused().trace, 0, 'six-steps')
const at = (moments: typeof creation, kind: MomentKind) => {
  const rows = stepsAt(
    moments,
    moments.findIndex((m) => m.kind === kind),
  )
  return rows.map((r) => r.state)
}

describe('the six steps', () => {
  it('ask their questions at rest', () => {
    expect(at(creation, 'rest')).toEqual(Array(6).fill('question'))
  })

  it('are current one after the other, 1 to 6', () => {
    const order = creation.map((_, i) => stepsAt(creation, i).find((r) => r.current)?.step).filter((step) => step !== undefined)
    expect([...new Set(order)]).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('are done with what the trace says while the scheduler acts', () => {
    const rows = stepsAt(
      creation,
      creation.findIndex((m) => m.kind === 'bindingSent'),
    )
    expect(rows.map((r) => r.state)).toEqual(['done', 'done', 'done', 'done', 'current', 'upcoming'])
    expect(rows.map((r) => r.fact)).toEqual([
      { text: 'alice' },
      { word: 'allowed' },
      { word: 'noConflict' },
      { text: 'rev 1005' },
      { word: 'binding' },
      null,
    ])
  })

  it('stop at the refusal: what lies beyond is not reached', () => {
    expect(at(refusal, 'refused')).toEqual(['done', 'refused', 'notReached', 'notReached', 'notReached', 'notReached'])
    expect(at(refusal, 'answeredRefused')).toEqual(['done', 'refused', 'notReached', 'notReached', 'notReached', 'notReached'])
  })

  it('have a row more where a request is refused between them: after those that it has come through', () => {
    const moments = rested(toldStory('curl -k https://127.0.0.1:6443/api/v1/widgets'))
    for (const kind of ['refused', 'answeredRefused'] as const) {
      const rows = rowsAt(moments, kind)
      expect(rows.map(({ step, state }) => [step, state])).toEqual([
        [1, 'done'],
        [2, 'done'],
        [null, 'refused'],
        [3, 'notReached'],
        [4, 'notReached'],
        [5, 'notReached'],
        [6, 'notReached'],
      ])
      expect(rows[2]).toMatchObject({ name: 'stopped', fact: { text: '404 NotFound' }, current: kind === 'refused' })
    }
  })

  it('are not stopped by what kubectl apply only looks for and does not find', () => {
    const moments = rested(toldStory(`kubectl apply -f - <<EOF\n{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}\nEOF`))
    expect(rowsAt(moments, 'notThere')[2]).toMatchObject({ step: 3, state: 'current', fact: { word: 'notThere' } })
    const states = (kind: MomentKind) => rowsAt(moments, kind).map((row) => row.state)
    expect(states('answeredToCreate')).toEqual(['done', 'done', 'done', 'upcoming', 'upcoming', 'upcoming'])
    expect(states('answered')).toEqual(['done', 'done', 'done', 'done', 'upcoming', 'upcoming'])
  })

  it('say that a kubelet refused the Pod, as long as its story goes on', () => {
    const big = { spec: { nodeName: 'worker-1', containers: [{ name: 'big', image: 'nginx', resources: { requests: { cpu: '900' } } }] } }
    const moments = rested(toldStory(`kubectl run big --image=nginx --overrides='${JSON.stringify(big)}'`))
    for (const kind of ['statusRejected', 'statusStored'] as const)
      expect(rowsAt(moments, kind)[5]).toMatchObject({ step: 6, state: 'refused', fact: { text: 'OutOfcpu' } })
    expect(rowsAt(moments, 'kubeletNotified')[5]).toMatchObject({ state: 'current' })
  })

  it('do not count the scheduler’s as done while no node fits', () => {
    const moments = rested(toldStory(`kubectl run big --image=nginx --overrides='{"spec":{"nodeSelector":{"disk":"ssd"}}}'`))
    expect(rowsAt(moments, 'unschedulable')[4]).toMatchObject({ state: 'current', fact: { word: 'noNode' } })
    const after = moments.slice(0, moments.findIndex((m) => m.kind === 'unschedulable') + 1)
    const answered = moments.find((m) => m.kind === 'answered')!
    expect(stepsAt([...after, answered], after.length)[4]).toMatchObject({ state: 'upcoming', fact: { word: 'noNode' } })
  })

  it('mark a component’s request that is refused while it is told: by its number, or in a row of its own', () => {
    const of = (step: 5 | 6 | null) => {
      const told = creation.slice(0, creation.findIndex((m) => m.kind === 'bindingSent') + 1)
      return stepsAt(
        [...told, { ...told.at(-1)!, kind: 'componentRefused', step, facts: { code: '409', reason: 'Conflict' } }],
        told.length,
      )
    }
    expect(of(5)[4]).toMatchObject({ step: 5, state: 'refused', fact: { text: '409 Conflict' }, current: true })
    expect(of(null).map((row) => row.name)).toEqual([null, null, null, null, 'controllerStopped', null, null])
  })
})

const REST = creation[0]!
/** A story with the cluster at rest before it. */
const rested = (moments: readonly StoryMoment[]) => [REST, ...moments]
const rowsAt = (moments: readonly StoryMoment[], kind: MomentKind) =>
  stepsAt(
    moments,
    moments.findIndex((m) => m.kind === kind),
  )
