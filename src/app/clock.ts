// The page's only clock: animation frames, while something plays. The model never sees it.

/** A tab that slept comes back with one ordinary frame, not with all that it missed. */
const LONGEST_FRAME = 100

export function startClock(tick: (elapsed: number) => void): () => void {
  let last = performance.now()
  let frame = requestAnimationFrame(function next(now) {
    tick(Math.min(LONGEST_FRAME, now - last))
    last = now
    frame = requestAnimationFrame(next)
  })
  return () => cancelAnimationFrame(frame)
}
