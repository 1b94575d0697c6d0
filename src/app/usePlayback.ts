import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { createActor } from 'xstate'
import { playbackMachine } from '../machines/playback'
import type { Session } from '../stores/session'
import { startClock } from './clock'

export interface Playback {
  readonly playing: boolean
  toggle(): void
  /** Stops, for whoever moves by hand. */
  pause(): void
}

/** Runs the playback machine on the page's clock over the session's position. */
export function usePlayback(session: Session, speed: number): Playback {
  const actor = useMemo(() => {
    const machine = playbackMachine.provide({
      actions: { advance: () => session.getState().step(1), rewind: () => rewind(session) },
    })
    return createActor(machine, { input: { speed: 1 } })
  }, [session])
  useEffect(() => {
    actor.start()
    const tell = () => {
      const { index, moments, following } = session.getState()
      actor.send({ type: 'moved', atEnd: index === moments.length - 1 && !following })
    }
    tell()
    return session.subscribe(tell)
  }, [actor, session])
  useEffect(() => actor.send({ type: 'speed', speed }), [actor, speed])
  const playing = useSyncExternalStore(
    (changed) => {
      const { unsubscribe } = actor.subscribe(changed)
      return unsubscribe
    },
    () => actor.getSnapshot().matches('playing'),
  )
  useEffect(() => (playing ? startClock((elapsed) => actor.send({ type: 'tick', elapsed })) : undefined), [actor, playing])
  return {
    playing,
    toggle: () => session.getState().moments.length > 1 && actor.send({ type: 'toggle' }),
    pause: () => actor.send({ type: 'pause' }),
  }
}

/** Back to the first moment of the last command. */
function rewind(session: Session): void {
  const { moments, seek } = session.getState()
  const program = moments.findLast((moment) => moment.program !== null)?.program
  const first = moments.findIndex((moment) => moment.program === program)
  seek(Math.max(0, first))
}
