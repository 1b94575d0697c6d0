// How many Pods there should be behind those that a budget selects: the sum of what their controllers are scaled to, each counted once.
// Upstream: kubernetes pkg/controller/disruption/disruption.go (getExpectedScale, the finders)

import type { Pod } from '../../api/kinds/pod/types'
import { parseGroupVersion, type ApiObject, type OwnerReference } from '../../api/object'
import { discover, resourcePath } from '../../client/discovery'
import type { SharedInformers } from '../../client/sharedInformer'
import { bodyOf, messageOf } from '../../client/answers'
import { read } from '../../client/requests'
import { ask, type Sync } from '../../client/sync'
import { controllerOf } from '../ownership'
import { RESOURCES } from '../resources'
import { own } from '../../base/json'

export interface ExpectedScale {
  readonly count: number
  /** Pods without a controller. */
  readonly unmanaged: readonly string[]
}

interface Scaled {
  readonly uid: string
  readonly replicas: number
}

type Scalable = ApiObject & { readonly spec: { readonly replicas?: number } }

/** Kinds that are watched anyway; `through`: whose scale counts instead, when they have such an owner. */
const WATCHED = {
  ReplicationController: { path: RESOURCES.replicationControllers, group: '', through: null },
  ReplicaSet: { path: RESOURCES.replicaSets, group: 'apps', through: 'Deployment' },
  Deployment: { path: RESOURCES.deployments, group: 'apps', through: null },
  StatefulSet: { path: RESOURCES.statefulSets, group: 'apps', through: null },
} as const

export class ScaleFinder {
  constructor(private readonly informers: SharedInformers) {}

  /** The informers that must be synced before it is asked. */
  get watched() {
    return Object.values(WATCHED).map(({ path }) => this.informers.of(path))
  }

  *expected(pods: readonly Pod[]): Sync<ExpectedScale | { readonly error: string }> {
    const scales = new Map<string, number>()
    const looked = new Set<string>()
    const unmanaged: string[] = []
    for (const pod of pods) {
      const owner = controllerOf(pod)
      if (!owner) {
        unmanaged.push(pod.metadata.name!)
        continue
      }
      if (looked.has(owner.uid)) continue
      looked.add(owner.uid)
      const found = this.inCache(owner, pod.metadata.namespace!) ?? (yield* asked(owner, pod.metadata.namespace!))
      if (!found) return { error: `found no controllers for pod "${pod.metadata.name}"` }
      if ('error' in found) return found
      scales.set(found.uid, found.replicas)
    }
    return { count: [...scales.values()].reduce((sum, n) => sum + n, 0), unmanaged }
  }

  private inCache(owner: OwnerReference, namespace: string): Scaled | null {
    const kind = own(WATCHED, owner.kind)
    if (!kind || parseGroupVersion(owner.apiVersion).group !== kind.group) return null
    const object = this.informers.of(kind.path).get(namespace, owner.name) as Scalable | undefined
    if (object?.metadata.uid !== owner.uid) return null
    const above = controllerOf(object)
    if (kind.through && above?.kind === kind.through) return this.inCache(above, namespace)
    return { uid: owner.uid, replicas: object.spec.replicas ?? 1 }
  }
}

/** The scale of an owner of any other kind, if it has one. */
function* asked(owner: OwnerReference, namespace: string): Sync<Scaled | { readonly error: string } | null> {
  const { group } = parseGroupVersion(owner.apiVersion)
  const kind = (yield* discover())?.find((k) => k.group === group && k.kind === owner.kind)
  if (!kind) return { error: `no matches for kind "${owner.kind}" in version "${owner.apiVersion}"` }
  const answer = yield* ask(read(`${resourcePath(kind, namespace, owner.name)}/scale`))
  const scale = bodyOf<Scalable>(answer)
  if (scale) return scale.metadata.uid === owner.uid ? { uid: owner.uid, replicas: scale.spec.replicas ?? 0 } : null
  if (answer.status !== 404) return { error: messageOf(answer) }
  const served = !messageOf(answer).includes('could not find the requested resource')
  return served ? null : { error: `${kind.resource}${kind.group ? `.${kind.group}` : ''} does not implement the scale subresource` }
}
