// How the page looks to this reader: nothing of it touches the cluster.

import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Identity } from './identities'
import type { Detail } from './momentKinds'

export type Theme = 'light' | 'dark' | 'system'
export const SPEEDS = [0.5, 1, 2, 4] as const
export type Speed = (typeof SPEEDS)[number]

export interface ViewSettings {
  readonly theme: Theme
  readonly language: 'en' | 'ko'
  readonly detail: Detail
  readonly heartbeats: boolean
  readonly speed: Speed
  readonly identity: Identity
}

export interface ViewState extends ViewSettings {
  readonly presenting: boolean
  change(settings: Partial<ViewSettings & { readonly presenting: boolean }>): void
}

export type View = StoreApi<ViewState>

export const FIRST_VIEW: ViewSettings = {
  theme: 'system',
  language: 'en',
  detail: 'six-steps',
  heartbeats: false,
  speed: 1,
  identity: 'admin',
}

export function createView(settings: Partial<ViewSettings>): View {
  return createStore<ViewState>()((set) => ({ ...FIRST_VIEW, ...settings, presenting: false, change: (to) => set(to) }))
}
