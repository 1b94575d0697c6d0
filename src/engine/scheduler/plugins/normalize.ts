// How most plugins bring their scores to 0..100.
// Upstream: kubernetes pkg/scheduler/framework/plugins/helper/normalize_score.go

import { MAX_SCORE } from '../framework/interface'

/** The highest raw score becomes 100 (reversed: 0), in place. */
export function normalizeByMax(scores: number[], reverse = false): void {
  let max = 0
  for (const score of scores) if (score > max) max = score
  for (let i = 0; i < scores.length; i++) {
    const scaled = max === 0 ? 0 : Math.trunc((MAX_SCORE * scores[i]!) / max)
    scores[i] = reverse ? MAX_SCORE - scaled : scaled
  }
}
