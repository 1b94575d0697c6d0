// Lives through a long run slice by slice, so that the page keeps moving, and tells now and then how far it is.

import type { Following } from './follow'

/** The page's time, in which a long run is lived through slice by slice. */
export interface Pace {
  now(): number
  /** When the page has had its frame. */
  later(act: () => void): void
}

/** Milliseconds of a slice, and between two pictures of a run that goes on. */
const SLICE = 30
const PICTURE = 250

/** Goes on for one slice; whether the end is reached. */
export function slice(following: Following, pace: Pace): boolean {
  const begun = pace.now()
  return following.goOn(() => pace.now() - begun >= SLICE)
}

export function createFollower(pace: Pace) {
  let followed: Following | null = null
  return {
    /** Ends what is followed where it is, if anything is, and gives it back. */
    cut(): Following | null {
      const was = followed
      followed = null
      return was
    },
    /** Lives through the first slice; whether there is more, which follows. `picture` is then called now and then, and at the end. */
    start(following: Following, picture: (goesOn: boolean) => void): boolean {
      followed = slice(following, pace) ? null : following
      let pictured = pace.now()
      const next = () => {
        if (followed !== following) return
        if (slice(following, pace)) followed = null
        if (!followed || pace.now() - pictured >= PICTURE) {
          picture(followed !== null)
          pictured = pace.now()
        }
        if (followed) pace.later(next)
      }
      if (followed) pace.later(next)
      return followed !== null
    },
  }
}
