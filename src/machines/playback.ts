// Whether the picture plays. It never moves by itself: the page's clock sends ticks, and only `play` starts it.
// The position is the session's; the machine asks for one step at a time by the action `advance`.

import { assign, createActor, setup, type ActorRefFrom } from 'xstate'

export type PlaybackEvent =
  | { type: 'play' }
  | { type: 'pause' }
  | { type: 'toggle' }
  /** Milliseconds of the page's clock since the last tick. */
  | { type: 'tick'; elapsed: number }
  /** The position changed, by playing or by hand. */
  | { type: 'moved'; atEnd: boolean }
  | { type: 'speed'; speed: number }

/** How long one step is shown at 1×. A step is the same size at every speed. */
export const STEP_MS = 1400

export const playbackMachine = setup({
  types: { context: {} as { speed: number; shown: number }, events: {} as PlaybackEvent, input: {} as { speed: number } },
  actions: {
    /** One step forward; provided by the page. */
    advance: () => {},
    /** Back to where the last command began; provided by the page. */
    rewind: () => {},
    startStep: assign({ shown: 0 }),
    show: assign({ shown: ({ context, event }) => context.shown + (event.type === 'tick' ? event.elapsed * context.speed : 0) }),
    setSpeed: assign({ speed: ({ context, event }) => (event.type === 'speed' ? event.speed : context.speed) }),
  },
  guards: {
    atEnd: ({ event }) => event.type === 'moved' && event.atEnd,
    stepIsOver: ({ context, event }) => event.type === 'tick' && context.shown + event.elapsed * context.speed >= STEP_MS,
  },
}).createMachine({
  id: 'playback',
  context: ({ input }) => ({ speed: input.speed, shown: 0 }),
  initial: 'paused',
  on: { speed: { actions: 'setSpeed' } },
  states: {
    paused: {
      on: {
        play: 'playing',
        toggle: 'playing',
        moved: { guard: 'atEnd', target: 'atEnd' },
      },
    },
    playing: {
      entry: 'startStep',
      on: {
        pause: 'paused',
        toggle: 'paused',
        tick: [{ guard: 'stepIsOver', actions: ['startStep', 'advance'] }, { actions: 'show' }],
        moved: { guard: 'atEnd', target: 'atEnd' },
      },
    },
    atEnd: {
      on: {
        play: { target: 'playing', actions: 'rewind' },
        toggle: { target: 'playing', actions: 'rewind' },
        moved: [{ guard: 'atEnd' }, { target: 'paused' }],
      },
    },
  },
})

export type PlaybackActor = ActorRefFrom<typeof playbackMachine>

/** The machine, started, with what the page does when it asks for a step, or to begin again. */
export function startPlayback(actions: { advance(): void; rewind(): void }): PlaybackActor {
  return createActor(playbackMachine.provide({ actions }), { input: { speed: 1 } }).start()
}
