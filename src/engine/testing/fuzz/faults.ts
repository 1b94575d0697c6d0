// The faults of a fuzzed run: what goes wrong, when, and for how long. Tests only.

import type { Fault } from '../../base/fault'
import type { Rng } from '../../base/rng'

export interface FaultTime {
  readonly at: number
  readonly until: number
  readonly fault: Fault
}

export interface Surroundings {
  readonly nodes: number
  readonly etcdMembers: number
  readonly webhook: boolean
  /** Whether all Pods have a controller that makes new ones where a node is gone for so long that they are evicted. */
  readonly evictable: boolean
}

const HOUR = 3_600_000
/** Long enough for the Pods of a node to be evicted. */
const EVICTED = 420_000

export function faultsOf(rng: Rng, around: Surroundings): FaultTime[] {
  const all: FaultTime[] = []
  for (let n = 1 + rng.int(4); n > 0; n--) {
    const at = rng.int([400, 400, 6000, 6000, 30_000][rng.int(5)]!) + rng.next()
    const lasts = [5, 60, 900, 8000, 50_000][rng.int(5)]! * (0.5 + rng.next())
    all.push({ at, until: at + lasts, fault: faultOf(rng, around) })
  }
  const last = all[all.length - 1]!
  if (rng.int(5) === 0) all.push(...again(rng, last))
  if (around.etcdMembers > 1 && rng.int(4) === 0) all.push(...lostQuorum(rng))
  if (around.evictable && rng.int(4) === 0) {
    const fault: Fault = { kind: 'nodeDown', node: `worker-${1 + rng.int(around.nodes)}` }
    all.push({ at: last.at, until: last.at + EVICTED, fault })
  }
  // Long after: what was open then has been opened anew, tokens have run out.
  if (rng.int(40) === 0) {
    const at = HOUR * (0.5 + 1.5 * rng.next())
    all.push({ at, until: at + 5000 * rng.next(), fault: faultOf(rng, around) })
  }
  return all
}

/** The same one over and over: a process that crashes in a loop, a link that flaps. */
function again(rng: Rng, { until, fault }: FaultTime): FaultTime[] {
  let at = until
  return Array.from({ length: 2 + rng.int(5) }, () => {
    at += [1, 30, 1200, 12_000][rng.int(4)]! * (0.5 + rng.next())
    const from = at
    at += [5, 200, 3000][rng.int(3)]! * (0.5 + rng.next())
    return { at: from, until: at, fault }
  })
}

function lostQuorum(rng: Rng): FaultTime[] {
  const first = rng.int(3)
  return [0, 1].map((n) => {
    const at = rng.int(5000) + rng.next()
    return {
      at,
      until: at + [3000, 12_000, 60_000][rng.int(3)]! * (0.5 + rng.next()),
      fault: { kind: 'stopped', part: `etcd-${(first + n) % 3}` },
    }
  })
}

function faultOf(rng: Rng, { nodes, etcdMembers, webhook }: Surroundings): Fault {
  const etcd = etcdMembers === 1 ? ['etcd'] : ['etcd-0', 'etcd-1', 'etcd-2']
  const worker = `worker-${1 + rng.int(nodes)}`
  const some = <T>(list: readonly T[]): T => list[rng.int(list.length)]!
  if (webhook && rng.int(3) === 0)
    return some<Fault>([
      { kind: 'webhook', answer: 'denies' },
      { kind: 'webhook', answer: 'silent' },
      { kind: 'stopped', part: 'webhook' },
      { kind: 'cut', from: 'kube-apiserver', to: 'webhook' },
    ])
  switch (rng.int(13)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return {
        kind: 'stopped',
        part: some(['kube-apiserver', 'kube-scheduler', 'kube-controller-manager', ...etcd, worker, `${worker}/runtime`]),
      }
    case 4:
    case 5:
      return { kind: 'nodeDown', node: worker }
    case 6:
      return {
        kind: 'expired',
        certificate: some(['kube-apiserver', 'admin', 'system:kube-scheduler', 'system:kube-controller-manager', `system:node:${worker}`]),
      }
    case 7:
    case 8:
      return watchFault(rng, worker)
    default:
      return linkFault(rng, etcd, worker)
  }
}

/** What each part watches: by these it works. */
const WATCHED: Readonly<Record<string, readonly string[]>> = {
  'kube-scheduler': ['/api/v1/pods', '/api/v1/pods', '/api/v1/nodes', '/api/v1/persistentvolumeclaims', '/api/v1/persistentvolumes'],
  'kube-controller-manager': [
    ...['pods', 'pods', 'nodes', 'services', 'namespaces', 'persistentvolumeclaims', 'persistentvolumes'].map((r) => `/api/v1/${r}`),
    ...['configmaps', 'resourcequotas', 'serviceaccounts', 'endpoints'].map((r) => `/api/v1/${r}`),
    ...['deployments', 'replicasets', 'statefulsets', 'daemonsets', 'controllerrevisions'].map((r) => `/apis/apps/v1/${r}`),
    ...['jobs', 'cronjobs'].map((r) => `/apis/batch/v1/${r}`),
    '/apis/policy/v1/poddisruptionbudgets',
    '/apis/discovery.k8s.io/v1/endpointslices',
    '/apis/coordination.k8s.io/v1/leases',
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  ],
  user: ['/api/v1/namespaces/default/pods', '/api/v1/namespaces/default/configmaps', '/api/v1/pods'],
}
const BY_KUBELET = ['/api/v1/pods', '/api/v1/pods', '/api/v1/nodes', '/api/v1/namespaces/default/configmaps']

function watchFault(rng: Rng, worker: string): Fault {
  const clients = ['kube-scheduler', 'kube-controller-manager', 'kube-controller-manager', worker, 'user']
  const client = clients[rng.int(clients.length)]!
  const watched = WATCHED[client] ?? BY_KUBELET
  return { kind: 'watch', client, of: watched[rng.int(watched.length)]! }
}

function linkFault(rng: Rng, etcd: readonly string[], worker: string): Fault {
  const peers = ['user', ...etcd, 'kube-scheduler', 'kube-controller-manager', worker]
  const peer = peers[rng.int(peers.length)]!
  const other =
    etcd.includes(peer) && rng.int(etcd.length) > 0
      ? etcd[(etcd.indexOf(peer) + 1) % etcd.length]!
      : peer === worker && rng.int(4) === 0
        ? `${worker}/runtime`
        : 'kube-apiserver'
  const [from, to] = rng.int(2) ? ([other, peer] as const) : ([peer, other] as const)
  const oneWay = rng.int(3) === 0
  return rng.int(2) ? { kind: 'cut', from, to, oneWay } : { kind: 'slow', from, to, oneWay, by: [30, 400, 5000, 40_000][rng.int(4)]! }
}
