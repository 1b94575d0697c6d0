// A scheduler's cache and framework without a cluster around them: for tests of plugins and of whole cycles.

import type { Node } from '../api/kinds/node'
import type { Pod } from '../api/kinds/pod/types'
import type { ApiObject, JsonObject } from '../api/object'
import type { PartIo } from '../base/part'
import { createRng } from '../base/rng'
import type { ClientRequest } from '../client/types'
import { Cache } from '../scheduler/cache/cache'
import { CycleState } from '../scheduler/framework/cycleState'
import { Framework } from '../scheduler/framework/framework'
import type { Handle, WatchedResource } from '../scheduler/framework/handle'
import { defaultPlugins } from '../scheduler/plugins/table'
import { Nominator } from '../scheduler/queue/nominator'
import { SchedulingQueue } from '../scheduler/queue/schedulingQueue'
import { schedulePod, type CycleResult, type Profile } from '../scheduler/schedulePod'

/** What came of a cycle; `message` and `nominate` of its failure, if it failed. */
type Scheduled = CycleResult & { readonly message: string; readonly nominate: string | undefined }

export interface Scheduling {
  readonly handle: Handle
  readonly profile: Profile
  /** What was sent, and Events as `reason: message`. */
  readonly requests: ClientRequest[]
  readonly events: string[]
  add(resource: WatchedResource, ...objects: JsonObject[]): void
  /** A Pod that runs on a node. */
  place(pod: Pod, node: string): Pod
  schedule(pod: Pod): Scheduled
  /** `raw → normalized` of a plugin by node; undefined when it did not score. */
  scores(pod: Pod, plugin: string): Readonly<Record<string, string>> | undefined
  run(): void
}

export function aScheduling(...nodes: readonly Node[]): Scheduling {
  const cache = new Cache()
  for (const node of nodes) cache.setNode(node)
  const nominator = new Nominator()
  const objects = new Map<WatchedResource, ApiObject[]>()
  const pods = new Map<string, Pod>()
  const requests: ClientRequest[] = []
  const events: string[] = []
  const later: (() => void)[] = []
  const of = (resource: WatchedResource) => objects.get(resource) ?? []
  const handle: Handle = {
    cache,
    nominator,
    preBinding: new Map(),
    random: createRng(1),
    get framework() {
      return framework
    },
    lister: (resource) => ({
      get: (namespace, name) => of(resource).find((o) => (o.metadata.namespace ?? '') === namespace && o.metadata.name === name),
      values: () => of(resource),
      inNamespace: (namespace) => of(resource).filter((o) => o.metadata.namespace === namespace),
    }),
    pod: (namespace, name) => pods.get(`${namespace}/${name}`),
    request(request, done) {
      requests.push(request)
      done({ status: 200, headers: {}, body: request.body ?? {} })
    },
    event: (_about, { reason, note }) => void events.push(`${reason}: ${note}`),
    after: (_delay, wake) => void later.push(wake),
    later: () => {},
    activate: () => {},
    now: () => '2026-01-15T10:00:00Z',
  }
  const framework = new Framework(defaultPlugins(handle), nominator)
  const profile: Profile = { framework, cache, random: handle.random, nextStart: 0 }
  const schedule = (pod: Pod): Scheduled => {
    const result = schedulePod(pod, new CycleState(), profile)
    const failure = 'failure' in result ? result.failure : undefined
    return { ...result, message: failure?.message ?? '', nominate: failure?.nominate }
  }
  return {
    handle,
    profile,
    requests,
    events,
    schedule,
    add: (resource, ...more) => void objects.set(resource, [...of(resource), ...(more as ApiObject[])]),
    place(pod, node) {
      const placed = { ...pod, spec: { ...pod.spec, nodeName: node } }
      cache.setPod(placed)
      pods.set(`${pod.metadata.namespace}/${pod.metadata.name}`, placed)
      return placed
    },
    scores(pod, plugin) {
      const { facts } = schedule(pod)
      const found = facts.scores.find((s) => s.plugin === plugin)
      return found && Object.fromEntries(facts.feasible.map(({ name }, i) => [name, `${found.raw[i]} → ${found.normalized[i]}`]))
    },
    run() {
      for (const wake of later.splice(0)) wake()
    },
  }
}

/** 4 CPU, 8 GiB and ten Pods; its host name as label. */
export function schedulableNode(name: string, { labels = {}, ...rest }: NodeOptions = {}): Node {
  const { spec = {}, allocatable = {}, images } = rest
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: `uid-${name}`, labels: { 'kubernetes.io/hostname': name, ...labels } },
    spec,
    status: { allocatable: { cpu: '4', memory: '8Gi', pods: '10', ...allocatable }, images },
  } as unknown as Node
}

interface NodeOptions {
  readonly labels?: Readonly<Record<string, string>>
  readonly spec?: JsonObject
  readonly allocatable?: Readonly<Record<string, string>>
  readonly images?: readonly JsonObject[]
}

/** A Pod of one container with these requests. */
export function pendingPod(
  name: string,
  requests: Readonly<Record<string, string>> = {},
  spec: JsonObject = {},
  metadata: JsonObject = {},
): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', uid: `uid-${name}`, generation: 1, resourceVersion: '1', ...metadata },
    spec: {
      schedulerName: 'default-scheduler',
      priority: 0,
      containers: [{ name: 'c', image: 'nginx', resources: { requests } }],
      ...spec,
    },
    status: { phase: 'Pending' },
  } as unknown as Pod
}

/** A queue that nobody works on. */
export const aQueue = (io: PartIo, framework: Framework, nominator: Nominator, isHopeless = () => false): SchedulingQueue =>
  new SchedulingQueue(io, framework, nominator, () => {}, isHopeless)
