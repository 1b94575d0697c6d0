import { beforeAll, describe, expect, it } from 'vitest'
import type { MomentKind, StoryMoment } from './momentKinds'
import { toldStory } from './toldStory'

describe('a rolling update', () => {
  let told: readonly StoryMoment[]
  const of = (kind: MomentKind) => told.filter((m) => m.kind === kind).map((m) => m.facts)

  beforeAll(() => {
    told = toldStory('kubectl create deployment web --image=nginx --replicas=2', 'kubectl set image deployment/web nginx=nginx:1.27')
  })

  it('tells each change of a number of replicas, as asked for and as stored', () => {
    const scaled = of('controllerScaled').map(({ controller, there, wanted }) => [controller, there, wanted])
    expect(scaled).toEqual([
      ['deployment-controller', '2', '1'],
      ['deployment-controller', '1', '2'],
      ['deployment-controller', '1', '0'],
    ])
    expect(of('controllerScales').map((f) => f.wanted)).toEqual(expect.arrayContaining(['1', '2', '0']))
  })

  it('tells a status apart from what is asked for', () => {
    expect(of('controllerReported').length).toBeGreaterThan(5)
    expect(of('controllerReported').every((f) => f.target!.endsWith('/status'))).toBe(true)
  })

  it('says of a Pod that a controller deletes that it is marked, and of its key that it is gone once the kubelet lets it go', () => {
    expect(of('controllerDeletes').map((f) => f.controller)).toEqual(['replicaset-controller', 'replicaset-controller'])
    const marked = of('deleteMarked').map((f) => f.pod)
    expect(marked).toHaveLength(2)
    expect(of('deleteStored').map((f) => f.pod)).toEqual(marked)
  })

  it('says what each Event is about and what it says', () => {
    expect(of('eventPosted')).toContainEqual(
      expect.objectContaining({
        part: 'kube-controller-manager',
        about: 'Deployment/web',
        reason: 'ScalingReplicaSet',
        message: expect.stringMatching(/^Scaled down replica set web-\w+ from 2 to 1$/) as string,
      }),
    )
    for (const { about, reason, message } of of('eventPosted')) expect([about, reason, message].every(Boolean)).toBe(true)
  })

  it('stops the container first and takes its sandbox down then', () => {
    const calls = told.filter((m) => m.kind === 'runtimeStop' || m.kind === 'runtimeStopSandbox').map((m) => m.facts.call)
    expect(calls.slice(0, 2)).toEqual(['StopContainer', 'StopPodSandbox'])
  })
})
