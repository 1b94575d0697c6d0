// What survives a reload: the reader's deeds, the position and the settings. Without storage nothing is kept, and nothing breaks.

import type { Deed, Session } from './session'
import type { View, ViewSettings } from './view'

export interface Saved {
  readonly version: typeof VERSION
  readonly deeds: readonly Deed[]
  readonly index: number
  readonly view: Partial<ViewSettings>
}

const KEY = 'apiscope'
/** Deeds hold how many events they were followed for: a cluster that does otherwise makes them another's. */
const VERSION = 2

/** What was saved, or null: nothing, blocked, or of another version of the page. */
export function restore(): Saved | null {
  try {
    const saved = JSON.parse(window.localStorage.getItem(KEY) ?? 'null') as Saved | null
    return saved?.version === VERSION && Array.isArray(saved.deeds) ? saved : null
  } catch {
    return null
  }
}

export function forget(): void {
  try {
    window.localStorage.removeItem(KEY)
  } catch {
    // Blocked: there is nothing to forget.
  }
}

/** Saves at every change from now on. */
export function keep(session: Session, view: View): void {
  const save = () => {
    const { deeds, index } = session.getState()
    const { theme, language, detail, heartbeats, speed, identity } = view.getState()
    const saved: Saved = { version: VERSION, deeds, index, view: { theme, language, detail, heartbeats, speed, identity } }
    try {
      window.localStorage.setItem(KEY, JSON.stringify(saved))
    } catch {
      // Blocked or full: the session goes on without being kept.
    }
  }
  session.subscribe(save)
  view.subscribe(save)
}
