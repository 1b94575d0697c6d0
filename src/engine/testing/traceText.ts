// A trace as text, one line a hop, with everything in it: two runs are the same when their texts are. Tests only.

import type { Trace } from '../cluster/types'

export function traceText(trace: Trace, from = 0, to = trace.length): string {
  const lines: string[] = []
  for (let index = from; index < to; index++) lines.push(JSON.stringify(trace.hop(index)))
  return lines.join('\n')
}
