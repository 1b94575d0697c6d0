import { loadPicture } from '../features/diagram/parts'
import { forget, keep, type Saved } from '../stores/persistence'
import { openRest, type RestFile } from '../stores/rest'
import { createSession, type Model, type Session } from '../stores/session'
import type { View } from '../stores/view'
import { loadPlayback } from './usePlayback'

/** The session as it was left, or a new one on a cluster at rest. Rejects when what it needs cannot be loaded. */
export async function openSession(view: View, saved: Saved | null): Promise<Session> {
  const rest = openRest((await (await fetch('rest.json')).json()) as RestFile)
  const { detail, heartbeats } = view.getState()
  const session = createSession({ rest, load, detail, heartbeats })
  if (saved && saved.deeds.length > 0) {
    // That the engine cannot be loaded now is no reason to forget what was done.
    await session.getState().prepare()
    await session
      .getState()
      .replay(saved.deeds, saved.index)
      .catch(() => {
        // What another version of the model did cannot be lived through again: begin anew.
        forget()
        session.getState().reset()
      })
  }
  keep(session, view)
  return session
}

/** The engine, and all that a story needs to be shown: when the first command runs, no picture waits. */
async function load(): Promise<Model> {
  const { loadModel } = await import('../stores/model')
  const [model] = await Promise.all([loadModel(), loadPicture(), loadPlayback()])
  return model
}
