import { forget, keep, type Saved } from '../stores/persistence'
import { openRest, type RestFile } from '../stores/rest'
import { createSession, type Session } from '../stores/session'
import type { View } from '../stores/view'

/** The session as it was left, or a new one on a cluster at rest. Rejects when what it needs cannot be loaded. */
export async function openSession(view: View, saved: Saved | null): Promise<Session> {
  const rest = openRest((await (await fetch('rest.json')).json()) as RestFile)
  const { detail, heartbeats } = view.getState()
  const session = createSession({ rest, load: async () => (await import('../stores/model')).loadModel(), detail, heartbeats })
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
