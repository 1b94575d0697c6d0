// What must hold over any trace, whatever faults were in it. Tests only.

import type { Hop } from '../../base/hop'
import type { Cluster } from '../../cluster/types'
import { chronicleOf, type Chronicle } from './chronicle'
import { objectProblems } from './objectProblems'
import { requestProblems } from './requestProblems'
import { Sandboxes } from './sandboxes'
import { watchProblems } from './watchProblems'

export function historyProblems(cluster: Cluster): string[] {
  const sandboxes = new Sandboxes()
  const problems: string[] = []
  const chronicle = chronicleOf(cluster, (hop) => {
    const problem = hopProblem(hop) ?? sandboxes.take(hop)
    if (problem) problems.push(problem)
  })
  return [
    ...problems,
    ...revisionProblems(chronicle),
    ...objectProblems(chronicle),
    ...requestProblems(chronicle),
    ...watchProblems(chronicle),
  ]
}

/** [TR1] [TR5] */
function hopProblem(hop: Hop): string | null {
  const { index, cause } = hop
  if (cause !== null && cause >= index) return `hop ${index} comes before its cause ${cause}`
  // With etcd only the apiserver speaks, and a member with another.
  if (hop.kind === 'send' && isEtcd(hop.from) !== isEtcd(hop.to) && hop.from !== 'kube-apiserver' && hop.to !== 'kube-apiserver')
    return `${hop.from} speaks to ${hop.to} at hop ${index}`
  return null
}

const isEtcd = (part: string) => part.startsWith('etcd')

/** [ST1] One revision for each write transaction; what it wrote is in the store to the end; it is told as a whole. */
function revisionProblems({ cluster, commits }: Chronicle): string[] {
  const problems: string[] = []
  let last = 1
  for (const { index, revision, events } of commits) {
    if (revision !== last + 1 || events.some(({ kv }) => kv.modRevision !== revision))
      problems.push(`commit at hop ${index} has revision ${revision} after ${last}`)
    last = revision
    for (const { type, kv } of events) {
      const stored = cluster.history.get(kv.key, revision)
      if (type === 'PUT' ? stored?.value !== kv.value : stored !== null) problems.push(`revision ${revision} of ${kv.key} is lost`)
    }
  }
  if (cluster.history.revision !== last) problems.push(`the store is at revision ${cluster.history.revision} after ${last}`)
  return problems
}
