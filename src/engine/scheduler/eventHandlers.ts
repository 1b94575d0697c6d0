// What the scheduler hears of the cluster: nodes and bound Pods go into the cache, Pods without a node into the queue; and what happened
// may help Pods that wait.
// A Pod that took the name of another while the watch was away is told as an update of that one: here it goes, and the new one comes.
// Simplified: v1.37's scheduler, where the old one had a node and the new has none, ends its process at that and begins anew.
// Upstream: kubernetes pkg/scheduler/eventhandlers.go; backend/cache/cache.go (UpdatePod: "updated on a different node")

import type { Node } from '../api/kinds/node'
import type { Pod } from '../api/kinds/pod/types'
import type { ApiObject } from '../api/object'
import type { SharedInformer } from '../client/sharedInformer'
import { Action, nodeChanges, podChanges, type EventResource } from './framework/events'
import type { WatchedResource } from './framework/handle'
import { priorityOf } from './queue/nominator'
import { SCHEDULER_NAME, type SchedulerParts } from './parts'

export function listenToPods(informer: SharedInformer, { cache, queue }: SchedulerParts): void {
  const isOurs = ({ spec }: Pod) => spec.schedulerName === SCHEDULER_NAME
  const bound = (pod: Pod) => {
    cache.setPod(pod)
    queue.moved({ resource: 'AssignedPod', action: Action.Add, new: pod })
  }
  const gone = (pod: Pod, only?: (other: Pod) => boolean) => queue.moved({ resource: 'AssignedPod', action: Action.Delete, old: pod }, only)
  const notAbove = (pod: Pod) => (other: Pod) => priorityOf(other) <= priorityOf(pod)
  /** What frees room is the Pod as it was assumed: on its node. */
  const forget = (pod: Pod) => {
    const assumed = cache.pod(pod)!
    cache.forget(assumed)
    gone(assumed)
  }

  const added = (pod: Pod) => {
    if (pod.spec.nodeName) bound(pod)
    else if (isOurs(pod)) queue.add(pod)
  }
  const deleted = (pod: Pod) => {
    if (pod.spec.nodeName) {
      cache.removePod(pod)
      gone(pod)
    } else if (isOurs(pod)) {
      queue.delete(pod)
      if (cache.isAssumed(pod)) forget(pod)
      else if (pod.status.nominatedNodeName) gone(pod, notAbove(pod))
    }
  }

  informer.listen({
    add: (object) => added(object as Pod),
    update(object, before) {
      const [pod, old] = [object as Pod, before as Pod]
      if (pod.metadata.uid !== old.metadata.uid) {
        deleted(old)
        added(pod)
      } else if (old.spec.nodeName) {
        cache.setPod(pod)
        for (const event of podChanges(pod, old)) queue.moved(event)
      } else if (pod.spec.nodeName) {
        bound(pod)
        queue.delete(old)
      } else if (isOurs(old)) {
        if (cache.isAssumed(pod)) {
          if (pod.metadata.deletionTimestamp && !old.metadata.deletionTimestamp) forget(pod)
          return
        }
        queue.update(old, pod)
        const promised = old.status.nominatedNodeName
        if (promised && promised !== pod.status.nominatedNodeName) gone(old, notAbove(old))
      }
    },
    delete: (object) => deleted(object as Pod),
  })
}

export function listenToNodes(informer: SharedInformer, { cache, queue }: SchedulerParts): void {
  informer.listen({
    add(object) {
      cache.setNode(object as unknown as Node)
      queue.moved({ resource: 'Node', action: Action.Add, new: object })
    },
    update(object, before) {
      const [node, old] = [object as unknown as Node, before as unknown as Node]
      cache.setNode(node)
      for (const event of nodeChanges(node, old)) queue.moved(event)
    },
    delete(object) {
      queue.moved({ resource: 'Node', action: Action.Delete, old: object })
      cache.removeNode(object.metadata.name!)
    },
  })
}

/** Storage that may have become usable. Of the other resources plugins only look things up. */
const HEARD: readonly (readonly [WatchedResource, EventResource, number])[] = [
  ['persistentvolumes', 'PersistentVolume', Action.Add | Action.Update],
  ['persistentvolumeclaims', 'PersistentVolumeClaim', Action.Add | Action.Update],
  ['storageclasses', 'StorageClass', Action.Add | Action.Update],
  ['csinodes', 'CSINode', Action.Add | Action.Update],
  ['csidrivers', 'CSIDriver', Action.Update],
  ['csistoragecapacities', 'CSIStorageCapacity', Action.Add | Action.Update],
  ['volumeattachments', 'VolumeAttachment', Action.Delete],
]

export function listenToOthers(informers: Readonly<Record<WatchedResource, SharedInformer>>, { queue }: SchedulerParts): void {
  for (const [watched, resource, actions] of HEARD) {
    const tell = (action: number, old: ApiObject | undefined, now: ApiObject | undefined) => {
      if (actions & action) queue.moved({ resource, action, old, new: now })
    }
    informers[watched].listen({
      add: (object) => tell(Action.Add, undefined, object),
      update: (object, old) => tell(Action.Update, old, object),
      delete: (object) => tell(Action.Delete, object, undefined),
    })
  }
}
