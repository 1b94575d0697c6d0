import type { Rect } from './geometry'
import type { ControllersBox } from './sceneTypes'
import { toneOf, watchesPods, type View } from './view'

/** The kube-controller-manager, where the layout has a place for it. */
export function controllersBox(view: View, rect: Rect | null, quiet: ReadonlySet<string>, compact: boolean): ControllersBox | null {
  if (!rect) return null
  return {
    rect,
    tone: toneOf(view, 'controllers', quiet),
    controller: view.story.controllers?.last ?? '',
    compact,
    watches: watchesPods(view, 'kube-controller-manager'),
  }
}
