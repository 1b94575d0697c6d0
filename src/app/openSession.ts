import { createCluster, type Bootstrap } from '../engine/index'
import bootstrapUrl from '../engine/data/bootstrap.json?url'
import { pageCluster } from '../stores/pageCluster'
import { forget, keep, type Saved } from '../stores/persistence'
import { createSession, type Session } from '../stores/session'
import { loadShell } from '../stores/shell'
import type { View } from '../stores/view'

/** The session as it was left, or a new one on a cluster at rest. */
export async function openSession(view: View, saved: Saved | null): Promise<Session> {
  const bootstrap = (await (await fetch(bootstrapUrl)).json()) as Bootstrap
  const session = createSession({ open: () => createCluster(pageCluster(bootstrap)), loadShell, detail: view.getState().detail })
  if (saved && saved.deeds.length > 0)
    await session
      .getState()
      .replay(saved.deeds, saved.index)
      .catch(() => {
        // What another version of the model did cannot be lived through again: begin anew.
        forget()
        session.getState().reset()
      })
  keep(session, view)
  return session
}
