import { describe, expect, it } from 'vitest'
import type { Pod } from '../api/kinds/pod/types'
import { byDeletionRank, bySeniority, isActive, isAvailable, isTerminal, untilAvailable } from './podFacts'

const NOW = Date.UTC(2026, 0, 1, 12)
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString()

interface Facts {
  readonly node?: string
  readonly phase?: string
  /** Seconds since it is ready; undefined: it is not. */
  readonly ready?: number
  readonly age?: number
  readonly restarts?: number
  readonly sidecarRestarts?: number
  readonly cost?: string
  readonly deleted?: boolean
}

function aPod(
  name: string,
  { node = 'a', phase = 'Running', ready, age = 1000, restarts = 0, sidecarRestarts = 0, cost, deleted }: Facts = {},
): Pod {
  return {
    metadata: {
      name,
      uid: name,
      creationTimestamp: ago(age),
      ...(cost ? { annotations: { 'controller.kubernetes.io/pod-deletion-cost': cost } } : {}),
      ...(deleted ? { deletionTimestamp: ago(0) } : {}),
    },
    spec: { nodeName: node, containers: [], initContainers: [{ name: 'proxy', restartPolicy: 'Always' }, { name: 'init' }] },
    status: {
      phase,
      conditions: ready === undefined ? [] : [{ type: 'Ready', status: 'True', lastTransitionTime: ago(ready) }],
      containerStatuses: [{ restartCount: restarts }],
      initContainerStatuses: [
        { name: 'proxy', restartCount: sidecarRestarts },
        { name: 'init', restartCount: 9 },
      ],
    },
  } as unknown as Pod
}

const sorted = (pods: readonly Pod[], related: ReadonlyMap<string, number> = new Map()) =>
  [...pods].sort(byDeletionRank(NOW, related)).map(({ metadata }) => metadata.name)

describe('which Pod is deleted first', () => {
  it.each<[string, Facts, Facts]>([
    ['one without a node', { node: '' }, { ready: 10 }],
    ['one that is pending', { phase: 'Pending' }, { ready: 10 }],
    ['one that is not ready', {}, { ready: 10 }],
    ['the one of the lower cost', { ready: 1000, cost: '-1' }, { ready: 10 }],
    ['one that is ready for a shorter time', { ready: 10 }, { ready: 1000 }],
    ['one that restarted more often', { ready: 100, restarts: 3 }, { ready: 100 }],
    ['one whose sidecar restarted more often', { ready: 100, restarts: 3, sidecarRestarts: 1 }, { ready: 100, restarts: 3 }],
    ['the younger', { age: 10 }, { age: 1000 }],
  ])('%s', (_what, first, second) => {
    expect(sorted([aPod('second', second), aPod('first', first)])).toEqual(['first', 'second'])
  })

  it('the one that has more of its kin on its node', () => {
    const [alone, crowded] = [aPod('alone', { node: 'a', ready: 10 }), aPod('crowded', { node: 'b', ready: 10 })]
    expect(
      sorted(
        [alone, crowded],
        new Map([
          ['a', 1],
          ['b', 2],
        ]),
      ),
    ).toEqual(['crowded', 'alone'])
  })

  it('of two of about the same age chance decides, which is the uid', () => {
    expect(sorted([aPod('b', { ready: 1000 }), aPod('a', { ready: 1010 })])).toEqual(['a', 'b'])
    expect([aPod('b', { ready: 1000 }), aPod('a', { ready: 1010 })].sort(bySeniority).map(({ metadata }) => metadata.name)).toEqual([
      'b',
      'a',
    ])
  })
})

describe('a Pod', () => {
  it('is available once it has been ready for long enough', () => {
    const pods = [aPod('new', { ready: 5 }), aPod('old', { ready: 60 }), aPod('not')]
    expect(pods.map((pod) => isAvailable(pod, 30, NOW))).toEqual([false, true, false])
    expect(untilAvailable(pods, 30, NOW)).toBe(25_000)
    expect(untilAvailable(pods.slice(1), 30, NOW)).toBeUndefined()
  })

  it('is active until it has ended or is deleted', () => {
    const pods = [aPod('runs'), aPod('won', { phase: 'Succeeded' }), aPod('lost', { phase: 'Failed' }), aPod('going', { deleted: true })]
    expect(pods.map(isTerminal)).toEqual([false, true, true, false])
    expect(pods.map(isActive)).toEqual([true, false, false, false])
  })
})
