import { describe, expect, it } from 'vitest'
import { diagram as en } from '../../i18n/messages/en/diagram'
import { atRest, created, refused, type HandMadeTrace } from '../../stores/handMadeTrace'
import { momentsOf } from '../../stores/moments'
import { FIRST_TOPOLOGY } from '../../stores/topology'
import type { Detail, MomentKind } from '../../stores/momentKinds'
import { edgesOf, nodesOf } from './flow'
import { scene } from './scene'
import { sixSteps } from './sixSteps'
import { telling } from './telling'
import { trouble } from './trouble'
import { underTheHood } from './underTheHood'

const ZOOMS = { 'six-steps': sixSteps, 'under-the-hood': underTheHood }
const DETAILS = Object.keys(ZOOMS) as Detail[]

function every(made: HandMadeTrace, detail: Detail, spread = 0) {
  const moments = momentsOf(made.trace, 0, detail)
  return moments.map((moment, index) => ({
    moment,
    scene: scene({ trace: made.trace, history: made.history, moments, index, detail, topology: FIRST_TOPOLOGY, spread }, ZOOMS[detail], {
      telling,
      trouble,
    }),
  }))
}

function at(made: HandMadeTrace, kind: MomentKind, detail: Detail = 'six-steps') {
  return every(made, detail).find(({ moment }) => moment.kind === kind)!.scene
}

describe('the scene', () => {
  it('shows each number 1 to 6 exactly once, in every moment and zoom', () => {
    for (const detail of DETAILS)
      for (const made of [created(), refused()])
        for (const { scene } of every(made, detail)) expect(scene.badges.map((b) => b.number).sort()).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('lets no lane touch etcd but the apiserver’s', () => {
    for (const detail of DETAILS)
      for (const { scene } of every(created(), detail))
        for (const lane of scene.lanes)
          if (lane.from === 'etcd' || lane.to === 'etcd') expect([lane.from, lane.to].sort()).toEqual(['etcd', 'kube-apiserver'])
  })

  it('keeps every box, lane and resting token inside the picture, whatever its width', () => {
    for (const detail of DETAILS)
      for (const spread of [0, 240, 620])
        for (const { scene } of every(created(), detail, spread)) {
          const points = [...scene.lanes.flatMap((l) => l.points), ...scene.tokens.flatMap((t) => t.way)]
          const rects = [scene.user, scene.apiserver, scene.etcd, scene.scheduler, ...scene.workers].map((box) => box.rect)
          for (const p of [...points, ...rects]) {
            expect(p.x).toBeGreaterThanOrEqual(0)
            expect(p.x).toBeLessThanOrEqual(scene.width)
            expect(p.y).toBeGreaterThanOrEqual(0)
            expect(p.y).toBeLessThanOrEqual(scene.height)
          }
          for (const r of rects) expect(r.x + r.width).toBeLessThanOrEqual(scene.width)
          for (const t of scene.tokens) {
            const rest = t.way.at(-1)!
            expect(rest.x + t.offset.x - t.width / 2).toBeGreaterThanOrEqual(0)
            expect(rest.x + t.offset.x + t.width / 2).toBeLessThanOrEqual(scene.width)
          }
        }
  })

  it('is pale around the apiserver at rest, and has no token', () => {
    const rest = at(atRest(), 'rest')
    expect([rest.scheduler.tone, rest.etcd.tone, ...rest.workers.map((w) => w.tone)]).toEqual(['pale', 'pale', 'pale', 'pale'])
    expect(rest.tokens).toEqual([])
    expect(rest.user.line).toBe('')
  })

  it('fills a request in its sender’s hue, outlines an answer, dashes an event', () => {
    expect(at(created(), 'sent').tokens[0]).toMatchObject({ style: 'request', hue: 'user', label: 'POST pods/web' })
    expect(at(created(), 'answered').tokens[0]).toMatchObject({ style: 'answer', hue: 'ok', label: '201 Created', icon: 'check' })
    expect(at(created(), 'schedulerNotified').tokens[0]).toMatchObject({ style: 'event', hue: 'scheduler', label: 'ADDED web' })
    expect(at(created(), 'bindingSent').tokens[0]).toMatchObject({ style: 'request', hue: 'scheduler', label: 'POST binding' })
    expect(at(created(), 'kubeletNotified').tokens[0]).toMatchObject({ style: 'event', hue: 'kubelet', label: 'ADDED web' })
    expect(at(created(), 'statusWaiting').tokens[0]).toMatchObject({ style: 'request', hue: 'kubelet', label: 'PATCH status' })
  })

  it('puts a token on the lane that the moment’s hop went along', () => {
    const { tokens, lanes } = at(created(), 'bindingSent')
    const lane = lanes.find((l) => l.id === 'schedulerRequest')!
    expect(lane.tone).toBe('active')
    expect(tokens[0]!.way[0]).toEqual(lane.points[0])
    expect(tokens[0]!.way.at(-1)!.x).toBe(lane.points[0]!.x)
  })

  it('stamps the gate that refused with the stage inside it, and pales everything beyond', () => {
    for (const kind of ['refused', 'answeredRefused'] as const) {
      const picture = at(refused(), kind)
      const [one, two] = picture.apiserver.gates
      expect(one).toMatchObject({ state: 'passed', identity: { by: 'certificate', names: ['alice', 'developers'] } })
      expect(two).toMatchObject({ state: 'refused' })
      expect(two!.stages.find((s) => s.state === 'refused')?.stage).toBe('authorization')
      expect([picture.scheduler.tone, picture.etcd.tone, ...picture.workers.map((w) => w.tone)]).toEqual(['pale', 'pale', 'pale', 'pale'])
      expect(picture.tokens.some((t) => t.style === 'refusal')).toBe(true)
    }
    expect(at(refused(), 'answeredRefused').tokens[0]).toMatchObject({
      style: 'answer',
      hue: 'refused',
      icon: 'back',
      label: '403 Forbidden',
    })
  })

  it('shows the scheduler’s scores from its decision, and the chosen Pod before etcd holds it', () => {
    const picture = at(created(), 'bindingSent')
    expect(picture.scheduler.scores).toEqual([
      { node: 'worker-1', total: 92, chosen: true, refused: false },
      { node: 'worker-2', total: 68, chosen: false, refused: false },
    ])
    expect(picture.workers[0]!.pods).toMatchObject([{ name: 'web', state: 'bound' }])
    expect(at(created(), 'scheduled').etcd.revision).toBe(at(created(), 'written').etcd.revision)
  })

  it('reads keys, revision and Pods from history at the moment’s revision', () => {
    expect(at(created(), 'sent').etcd.keys).not.toContain('/registry/pods/default/web')
    expect(at(created(), 'written').etcd.keys[0]).toBe('/registry/pods/default/web')
    expect(at(created(), 'podRunning').workers[0]!.pods).toMatchObject([{ name: 'web', state: 'running' }])
  })

  it('moves one stage at a time down the rail under the hood', () => {
    const picture = at(created(), 'stage.mutatingAdmission', 'under-the-hood')
    const states = Object.fromEntries(picture.apiserver.rail.map((r) => [r.stage, r.state]))
    expect(states).toMatchObject({
      authentication: 'passed',
      defaulting: 'passed',
      mutatingAdmission: 'current',
      validation: 'ahead',
      transaction: 'ahead',
    })
    expect(picture.tokens[0]!.way.at(-1)!.y).toBe(picture.apiserver.rail.find((r) => r.stage === 'mutatingAdmission')!.y)
  })
})

describe('the first picture', () => {
  it('needs nothing that is loaded later: it is the same with and without it', () => {
    const { trace, history } = atRest()
    const input = { trace, history, moments: momentsOf(trace, 0, 'six-steps'), index: 0, topology: FIRST_TOPOLOGY, spread: 0 }
    for (const detail of DETAILS)
      expect(scene({ ...input, detail }, ZOOMS[detail], { telling: null, trouble: null })).toEqual(
        scene({ ...input, detail }, ZOOMS[detail], { telling, trouble: null }),
      )
  })
})

describe('the flow', () => {
  it('names the groups of the topology, and every edge', () => {
    const picture = at(created(), 'sent')
    const groups = nodesOf(picture, en).filter((n) => n.ariaRole === 'group')
    expect(groups.map((n) => n.ariaLabel)).toEqual(['User', 'kube-apiserver', 'etcd', 'kube-scheduler', 'worker-1', 'worker-2'])
    const ids = new Set(nodesOf(picture, en).map((n) => n.id))
    for (const edge of edgesOf(picture, en)) {
      expect(edge.ariaLabel).toMatch(/^(requests from|watch of) /)
      expect(ids.has(edge.source) && ids.has(edge.target)).toBe(true)
    }
  })
})
