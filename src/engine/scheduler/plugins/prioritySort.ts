// Higher priority first, then whoever came first.
// Upstream: kubernetes pkg/scheduler/framework/plugins/queuesort/priority_sort.go

import type { Plugin } from '../framework/interface'
import { priorityOf } from '../queue/nominator'

export const prioritySort: Plugin = {
  name: 'PrioritySort',
  less(a, b) {
    const [first, second] = [priorityOf(a.pod), priorityOf(b.pod)]
    if (first !== second) return first > second
    return a.timestamp === b.timestamp ? a.order < b.order : a.timestamp < b.timestamp
  },
}
