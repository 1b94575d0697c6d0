// The refusals of a cluster's trace that do not say which stage made them, or not why. There should be none, ever.

import type { Trace } from '../src/engine/cluster/types'

export function unexplained(trace: Trace): readonly string[] {
  const lacking: string[] = []
  for (let i = 0; i < trace.length; i++) {
    const hop = trace.hop(i)
    if (hop.kind !== 'send' || hop.message.type !== 'http.response' || hop.from !== 'kube-apiserver') continue
    const { request, response } = hop.message
    if (response.status < 400) continue
    const stage = trace
      .hopsOf(request)
      .map((index) => trace.hop(index))
      .findLast((h) => h.kind === 'stage')
    if (stage?.kind !== 'stage' || stage.outcome !== 'refused' || !stage.detail?.why)
      lacking.push(`${response.status} at ${stage?.kind === 'stage' ? `${stage.stage}, ${stage.outcome}` : 'no stage'}`)
  }
  return lacking
}
