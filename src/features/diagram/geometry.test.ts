import { describe, expect, it } from 'vitest'
import { lengthOf, pathOf, pointAt, upTo } from './geometry'

const corner = [
  { x: 0, y: 0 },
  { x: 100, y: 0 },
  { x: 100, y: 50 },
]

describe('a lane', () => {
  it('is passed at even pace, corners included', () => {
    expect(lengthOf(corner)).toBe(150)
    expect(pointAt(corner, 0)).toEqual({ x: 0, y: 0 })
    expect(pointAt(corner, 0.5)).toEqual({ x: 75, y: 0 })
    expect(pointAt(corner, 0.8)).toEqual({ x: 100, y: 20 })
    expect(pointAt(corner, 1)).toEqual({ x: 100, y: 50 })
  })

  it('is cut where the token rests', () => {
    expect(upTo(corner, 0.8)).toEqual([
      { x: 0, y: 0 },
      { x: 100, y: 0 },
      { x: 100, y: 20 },
    ])
  })

  it('has rounded corners that never overshoot a short end', () => {
    expect(pathOf(corner, 9)).toBe('M0 0L91 0Q100 0 100 9L100 50')
    expect(
      pathOf(
        [
          { x: 0, y: 0 },
          { x: 4, y: 0 },
          { x: 4, y: 4 },
        ],
        9,
      ),
    ).toBe('M0 0L2 0Q4 0 4 2L4 4')
  })
})
