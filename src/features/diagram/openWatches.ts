import type { HopIndex, Trace } from '../../engine/index'
import type { OpenWatch } from './view'

/** The watches on Pods that components had opened when the cluster came to rest, one for each watcher and selector. */
export function openWatches(trace: Trace, restHop: HopIndex): readonly OpenWatch[] {
  const out = new Map<string, OpenWatch>()
  for (const record of trace.allRequests()) {
    if (record.sentAt > restHop) break
    const [path = '', query = ''] = record.http.path.split('?')
    const parameters = new URLSearchParams(query)
    if (!path.endsWith('/pods') || !['true', '1'].includes(parameters.get('watch') ?? '')) continue
    const selector = parameters.get('fieldSelector') ?? ''
    out.set(`${record.from} ${selector}`, { by: record.from, selector })
  }
  return [...out.values()]
}
