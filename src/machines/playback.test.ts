import { describe, expect, it } from 'vitest'
import { getShortestPaths } from 'xstate/graph'
import { startPlayback, playbackMachine, STEP_MS, type PlaybackEvent } from './playback'

const EVENTS: PlaybackEvent[] = [
  { type: 'play' },
  { type: 'pause' },
  { type: 'toggle' },
  { type: 'tick', elapsed: STEP_MS },
  { type: 'moved', atEnd: true },
  { type: 'moved', atEnd: false },
  { type: 'speed', speed: 2 },
]

describe('playback', () => {
  const paths = getShortestPaths(playbackMachine, { input: { speed: 1 }, events: EVENTS, limit: 200 })

  it('reaches all its states', () => {
    expect(new Set(paths.map((path) => path.state.value))).toEqual(new Set(['paused', 'playing', 'atEnd']))
  })

  it('plays only after play or toggle', () => {
    for (const path of paths.filter((p) => p.state.matches('playing'))) {
      expect(path.steps.some(({ event }) => event.type === 'play' || event.type === 'toggle')).toBe(true)
    }
  })

  it('advances only while playing, one step at a time, however long a tick is', () => {
    let steps = 0
    const actor = startPlayback({ advance: () => void steps++, rewind: () => {} })
    actor.send({ type: 'tick', elapsed: 10 * STEP_MS })
    expect(steps).toBe(0)
    actor.send({ type: 'play' })
    actor.send({ type: 'tick', elapsed: 10 * STEP_MS })
    expect(steps).toBe(1)
  })

  it('shows a step half as long at 2×', () => {
    let steps = 0
    const actor = startPlayback({ advance: () => void steps++, rewind: () => {} })
    actor.send({ type: 'speed', speed: 2 })
    actor.send({ type: 'play' })
    actor.send({ type: 'tick', elapsed: STEP_MS / 2 - 1 })
    expect(steps).toBe(0)
    actor.send({ type: 'tick', elapsed: 1 })
    expect(steps).toBe(1)
  })

  it('stops at the end and starts again from where the command began', () => {
    let rewound = 0
    const actor = startPlayback({ advance: () => {}, rewind: () => void rewound++ })
    actor.send({ type: 'play' })
    actor.send({ type: 'moved', atEnd: true })
    expect(actor.getSnapshot().value).toBe('atEnd')
    actor.send({ type: 'play' })
    expect(rewound).toBe(1)
    expect(actor.getSnapshot().value).toBe('playing')
  })
})
