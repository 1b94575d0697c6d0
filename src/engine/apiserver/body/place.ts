// Where in a text a reader stopped, for whoever has to mend it: line and column, and the text around.

import type { Facts } from '../../base/why'

const AROUND = 24

/** `at`: an offset into the text, in UTF-16 units; without one nothing is known of the place. */
export function placeIn(text: string, at: number | undefined): Facts {
  if (at === undefined) return {}
  const before = text.slice(0, at)
  const line = before.split('\n').length
  const column = at - before.lastIndexOf('\n')
  const [start, end] = [Math.max(0, at - AROUND), Math.min(text.length, at + AROUND)]
  const near = `${start > 0 ? '…' : ''}${text.slice(start, at)}⟶${text.slice(at, end)}${end < text.length ? '…' : ''}`
  return { place: `${line}:${column}`, near: near.toWellFormed() }
}
