// Where the camera stands: the whole picture where it fits, else close enough to read, following what happens.

import { PICTURE, type Point } from './geometry'
import type { Scene } from './sceneTypes'

export interface Camera extends Point {
  readonly zoom: number
}

export interface Size {
  readonly width: number
  readonly height: number
}

/** Below this, text is too small to read: the camera comes closer and follows instead. */
const SMALLEST = 0.72
const FOLLOWING = 0.78
const MOST_SPREAD = 620

/** How much wider than its base the picture may grow to fill a wide place. */
export function spreadFor({ width, height }: Size): number {
  if (width === 0 || height === 0) return 0
  const zoom = Math.min(height / PICTURE.height, width / PICTURE.width)
  return Math.round(Math.min(MOST_SPREAD, Math.max(0, width / zoom - PICTURE.width)))
}

export function cameraFor(view: Size, scene: Pick<Scene, 'width' | 'height' | 'focus'>): Camera {
  const fit = Math.min(view.width / scene.width, view.height / scene.height)
  if (fit >= SMALLEST) return { zoom: fit, x: (view.width - scene.width * fit) / 2, y: (view.height - scene.height * fit) / 2 }
  return {
    zoom: FOLLOWING,
    x: follow(view.width, scene.width * FOLLOWING, scene.focus.x * FOLLOWING),
    y: follow(view.height, scene.height * FOLLOWING, scene.focus.y * FOLLOWING),
  }
}

/** True where the camera follows. */
export function follows(view: Size, scene: Pick<Scene, 'width' | 'height'>): boolean {
  return Math.min(view.width / scene.width, view.height / scene.height) < SMALLEST
}

function follow(room: number, length: number, focus: number): number {
  if (length <= room) return (room - length) / 2
  return Math.min(0, Math.max(room - length, room / 2 - focus))
}
