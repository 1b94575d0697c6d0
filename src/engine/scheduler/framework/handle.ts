// What plugins are made with: the scheduler's copies of the cluster, and its ways to the API server.
// Upstream: kube-scheduler framework/interface.go (Handle)

import type { EventWords } from '../../api/kinds/event/newEvent'
import type { Pod } from '../../api/kinds/pod/types'
import type { ApiObject } from '../../api/object'
import type { Rng } from '../../base/rng'
import type { Answered, ClientRequest } from '../../client/types'
import type { Cache } from '../cache/cache'
import type { Nominator } from '../queue/nominator'
import type { Framework } from './framework'

/** What the scheduler watches beside Pods and nodes, because plugins ask for it. */
export type WatchedResource =
  | 'namespaces'
  | 'services'
  | 'replicationcontrollers'
  | 'replicasets'
  | 'statefulsets'
  | 'persistentvolumes'
  | 'persistentvolumeclaims'
  | 'storageclasses'
  | 'csinodes'
  | 'csidrivers'
  | 'csistoragecapacities'
  | 'volumeattachments'
  | 'poddisruptionbudgets'

export interface Lister {
  get(namespace: string, name: string): ApiObject | undefined
  values(): Iterable<ApiObject>
  inNamespace(namespace: string): Iterable<ApiObject>
}

export interface Handle {
  readonly cache: Cache
  readonly nominator: Nominator
  readonly framework: Framework
  lister(resource: WatchedResource): Lister
  /** The latest version of a Pod that a watch has shown. */
  pod(namespace: string, name: string): Pod | undefined
  /** Pods whose PreBind is at work, by uid, each with what breaks it off. */
  readonly preBinding: Map<string, (error: string) => void>
  readonly random: Rng
  request(request: ClientRequest, done: (response: Answered) => void): void
  /** Tells an Event about the object. */
  event(about: ApiObject, words: EventWords): void
  /** Calls back after so long. */
  after(delay: number, wake: () => void): void
  /** The same for a look at what others do: it does not keep the cluster from being idle. */
  later(delay: number, wake: () => void): void
  /** Tries the Pod now, whatever it waits for. */
  activate(pod: Pod): void
  /** RFC 3339, now. */
  now(): string
}
