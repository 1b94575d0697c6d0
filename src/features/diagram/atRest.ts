// What the picture tells while nothing has happened: nothing moves, both gates stand open to whoever comes.

import type { Rect } from './geometry'
import type { Play } from './play'
import type { Gate } from './sceneTypes'

export const NOTHING_MOVES: Play = { lanes: [], lane: null, back: false, style: 'request', hue: 'user', label: () => '', refusedOn: null }

export function restingGates(rects: readonly [Rect, Rect]): readonly Gate[] {
  return ([1, 2] as const).map((number, i) => ({ number, rect: rects[i]!, state: 'rest', hue: 'user', identity: null, stages: [] }))
}
