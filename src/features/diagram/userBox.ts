// The reader's box: who asks, with what, and what came of it.

import type { Rect } from './geometry'
import type { Scene } from './sceneTypes'
import type { View } from './view'

export function userBox(view: View, rect: Rect, compact: boolean): Scene['user'] {
  const { story, moment } = view
  return {
    rect,
    tone: moment.actor === 'user' && moment.kind !== 'rest' ? 'active' : 'normal',
    identity: story.identity,
    tool: story.line.split(/\s/)[0] ?? '',
    line: story.line,
    output: story.output,
    compact,
  }
}
