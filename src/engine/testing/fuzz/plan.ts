// What a seed does to a cluster: a few users, each with objects of its own that it changes step by step, and faults that come and go between.
// Tests only.

import { createRng, type Rng } from '../../base/rng'
import type { ClusterOptions } from '../../cluster/types'
import { faultsOf, type FaultTime } from './faults'
import { staticPodsOf, type ManifestTime } from './manifests'
import * as objects from './objects'
import type { Step } from './steps'
import { VARIOUS } from './various'
import * as workloads from './workloads'
import type { Workload } from './workloads'

export interface Plan {
  readonly nodes: number
  readonly options: Partial<Pick<ClusterOptions, 'seed' | 'etcdMembers' | 'heartbeats' | 'webhook'>>
  readonly users: readonly (readonly Step[])[]
  readonly faults: readonly FaultTime[]
  readonly manifests?: readonly ManifestTime[]
}

/** Few plans of commands among many of faults: what a run without faults gives is then known from before. */
const PLANS = 997

/** All Pods of these have a controller. */
const MANAGED: readonly Workload[] = [
  workloads.deployment,
  workloads.deployment,
  workloads.statefulSet,
  workloads.daemonSet,
  workloads.job,
  workloads.cronJob,
  workloads.service,
  workloads.quota,
  objects.configMap,
  objects.sharedConfigMap,
  objects.finalizer,
  objects.customResource,
  objects.webhook,
  objects.cordon,
  objects.watcher,
]
const OTHERS: readonly Workload[] = [
  objects.pod,
  objects.pod,
  objects.pod,
  objects.namespace,
  objects.claim,
  objects.owner,
  workloads.disruption,
  workloads.preemption,
]

/** Whose users a plan has: those that use the cluster in the usual way, or those of various.ts. */
export type Users = 'usual' | 'various'

export function planOf(seed: number, users: Users = 'usual'): Plan {
  const { managed, webhook, ...commands } = commandsOf(seed % PLANS, users)
  const rng = createRng(seed * 2 + 1)
  const etcdMembers = rng.int(3) === 0 ? 3 : 1
  const heartbeats = rng.int(5) === 0
  const { nodes } = commands
  const faults = faultsOf(rng, { nodes, etcdMembers, webhook, evictable: managed && heartbeats })
  return { ...commands, options: { seed: rng.int(2 ** 31), etcdMembers, heartbeats, ...(webhook ? WITH_WEBHOOK : {}) }, faults }
}

/** The commands of a seed without its faults; `key` names them. */
export function quietPlanOf(seed: number, among: Users = 'usual'): Plan & { readonly key: string } {
  const { nodes, users, manifests, webhook } = commandsOf(seed % PLANS, among)
  return { nodes, users, manifests, options: webhook ? WITH_WEBHOOK : {}, faults: [], key: `${among} ${seed % PLANS}` }
}

const WITH_WEBHOOK = { webhook: { host: objects.WEBHOOK_HOST } }

interface Commands extends Pick<Plan, 'nodes' | 'users' | 'manifests'> {
  readonly managed: boolean
  readonly webhook: boolean
}

function commandsOf(n: number, users: Users): Commands {
  const rng = createRng(n * 7919 + 17)
  const nodes = 1 + rng.int(2)
  const managed = rng.int(3) === 0 && users === 'usual'
  const chosen = chooseOf(rng, users === 'various' ? VARIOUS : managed ? MANAGED : [...OTHERS, ...MANAGED])
  const statics = staticPodsOf(createRng(n * 7919 + 18), nodes)
  return {
    nodes,
    managed,
    webhook: chosen.includes(objects.webhook),
    users: [...chosen.map((workload, i) => workload(`u${i}`, rng, nodes)), ...statics.users],
    manifests: statics.manifests,
  }
}

/** A node has room for one that preempts. */
function chooseOf(rng: Rng, from: readonly Workload[]): Workload[] {
  const chosen: Workload[] = []
  for (let n = 1 + rng.int(3); n > 0; n--) {
    const workload = from[rng.int(from.length)]!
    if (workload !== workloads.preemption || !chosen.includes(workload)) chosen.push(workload)
  }
  return chosen
}
