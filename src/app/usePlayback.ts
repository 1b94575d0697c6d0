import { useEffect, useState, useSyncExternalStore } from 'react'
import type { PlaybackActor } from '../machines/playback'
import type { Session } from '../stores/session'
import { startClock } from './clock'

export interface Playback {
  readonly playing: boolean
  toggle(): void
  /** Stops, for whoever moves by hand. */
  pause(): void
}

/** What plays; loaded with the engine, for before that there is nothing to play. */
export const loadPlayback = () => import('../machines/playback')

/** Runs the playback machine on the page's clock over the session's position, once the engine is `prepared`. */
export function usePlayback(session: Session, speed: number, prepared: boolean): Playback {
  const [actor, setActor] = useState<PlaybackActor | null>(null)
  useEffect(() => {
    if (!prepared) return
    let left = false
    let leave = () => {}
    void loadPlayback().then(({ startPlayback }) => {
      if (left) return
      const made = startPlayback({ advance: () => session.getState().step(1), rewind: () => rewind(session) })
      const tell = () => {
        const { index, moments, following } = session.getState()
        made.send({ type: 'moved', atEnd: index === moments.length - 1 && !following })
      }
      tell()
      const unsubscribe = session.subscribe(tell)
      leave = () => {
        unsubscribe()
        made.stop()
      }
      setActor(made)
    })
    return () => {
      left = true
      leave()
      setActor(null)
    }
  }, [session, prepared])
  useEffect(() => actor?.send({ type: 'speed', speed }), [actor, speed])
  const playing = useSyncExternalStore(
    (changed) => {
      const subscription = actor?.subscribe(changed)
      return () => subscription?.unsubscribe()
    },
    () => actor?.getSnapshot().matches('playing') ?? false,
  )
  useEffect(() => (actor && playing ? startClock((elapsed) => actor.send({ type: 'tick', elapsed })) : undefined), [actor, playing])
  return {
    playing,
    toggle: () => session.getState().moments.length > 1 && actor?.send({ type: 'toggle' }),
    pause: () => actor?.send({ type: 'pause' }),
  }
}

/** Back to the first moment of the last command. */
function rewind(session: Session): void {
  const { moments, seek } = session.getState()
  const program = moments.findLast((moment) => moment.program !== null)?.program
  const first = moments.findIndex((moment) => moment.program === program)
  seek(Math.max(0, first))
}
