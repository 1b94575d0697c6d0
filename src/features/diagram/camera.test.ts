import { describe, expect, it } from 'vitest'
import { cameraFor, follows, spreadFor } from './camera'

const sceneOf = (width: number, x = 0, y = 0) => ({ width, height: 692, focus: { x, y } })

describe('the camera', () => {
  it('shows the whole picture at its own size in the middle of a 1440×900 page', () => {
    const size = { width: 748, height: 692 }
    expect(spreadFor(size)).toBe(0)
    expect(cameraFor(size, sceneOf(748))).toEqual({ zoom: 1, x: 0, y: 0 })
  })

  it('spreads the picture to fill a projector', () => {
    const size = { width: 1920, height: 840 }
    const width = 748 + spreadFor(size)
    const { zoom } = cameraFor(size, sceneOf(width))
    expect((width * zoom) / size.width).toBeGreaterThan(0.85)
    expect(692 * zoom).toBeLessThanOrEqual(840)
  })

  it('follows on a phone and never shows what lies outside', () => {
    const size = { width: 390, height: 540 }
    expect(follows(size, sceneOf(748))).toBe(true)
    const left = cameraFor(size, sceneOf(748, 20))
    const right = cameraFor(size, sceneOf(748, 740))
    expect(left.x).toBe(0)
    expect(right.x).toBeCloseTo(390 - 748 * right.zoom)
  })

  it('does not divide by a place without size', () => {
    expect(spreadFor({ width: 0, height: 0 })).toBe(0)
  })
})
