// What a seed does to a cluster: a few users, each with an object of its own that it changes step by step, and faults that come and go
// between. A user tries each step again until it is granted, so that the end does not depend on what failed on the way. Tests only.

import type { Fault } from '../base/fault'
import type { JsonObject } from '../base/json'
import { createRng, type Rng } from '../base/rng'
import type { Program, ProgramRequest } from '../client/program'
import { aConfigMap, aPod, CONFIG_MAPS, PODS } from './builders'

export interface Step {
  readonly request: ProgramRequest
  /** Besides 2xx: answers that mean that it was done before. */
  readonly done: readonly number[]
  /** Milliseconds before the next step. */
  readonly pause: number
}

export interface FaultTime {
  readonly at: number
  readonly until: number
  readonly fault: Fault
}

export interface Plan {
  readonly nodes: number
  readonly etcdMembers: 1 | 3
  readonly users: readonly (readonly Step[])[]
  readonly faults: readonly FaultTime[]
}

/** Few plans of commands: what a run without faults gives is then known from before. */
const PLANS = 61
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'
const PARTS = ['kube-apiserver', 'kube-scheduler', 'kube-controller-manager']

export function planOf(seed: number): Plan {
  const etcdMembers = seed % 3 === 0 ? 3 : 1
  const commands = commandsOf(seed % PLANS)
  return { ...commands, etcdMembers, faults: faultsOf(createRng(seed * 2 + 1), commands.nodes, etcdMembers) }
}

/** The commands of a seed without its faults; `key` names them. */
export function quietPlanOf(seed: number): Plan & { readonly key: number } {
  return { ...commandsOf(seed % PLANS), etcdMembers: 1, faults: [], key: seed % PLANS }
}

function commandsOf(n: number): Omit<Plan, 'faults' | 'etcdMembers'> {
  const rng = createRng(n * 7919 + 17)
  const users = Array.from({ length: 1 + rng.int(3) }, (_, i) => [podUser, configMapUser, deploymentUser][rng.int(3)]!(`u${i}`, rng))
  return { nodes: 1 + (n % 2), users }
}

/** The program of a user. */
export function* userProgram(steps: readonly Step[]): Program {
  for (const { request, done, pause } of steps) {
    for (;;) {
      const reply = yield {
        do: 'request',
        request: { ...request, headers: { 'content-type': contentType(request), accept: 'application/json' } },
      }
      const status = reply.type === 'response' ? reply.response.status : 0
      if ((status >= 200 && status < 300) || done.includes(status)) break
      yield { do: 'sleep', for: 1000 }
    }
    yield { do: 'sleep', for: pause }
  }
  return 0
}

const contentType = ({ method }: ProgramRequest) => (method === 'PATCH' ? 'application/merge-patch+json' : 'application/json')

const pauseOf = (rng: Rng) => [0, 3, 40, 700, 4000][rng.int(5)]!
const create = (path: string, body: JsonObject, rng: Rng): Step => ({
  request: { method: 'POST', path, body },
  done: [409],
  pause: pauseOf(rng),
})
const patch = (path: string, body: JsonObject, rng: Rng): Step => ({
  request: { method: 'PATCH', path, body },
  done: [],
  pause: pauseOf(rng),
})
const remove = (path: string, rng: Rng): Step => ({ request: { method: 'DELETE', path }, done: [404], pause: pauseOf(rng) })

function podUser(name: string, rng: Rng): Step[] {
  const steps = [create(PODS, aPod(name, rng.int(2) ? {} : { terminationGracePeriodSeconds: 1 }), rng)]
  if (rng.int(3) === 0) steps.push(patch(`${PODS}/${name}`, { metadata: { labels: { seen: 'yes' } } }, rng))
  if (rng.int(2) === 0) steps.push(remove(`${PODS}/${name}`, rng))
  return steps
}

function configMapUser(name: string, rng: Rng): Step[] {
  const steps = [create(CONFIG_MAPS, aConfigMap(name, { n: '0' }), rng)]
  for (let n = rng.int(4); n > 0; n--) steps.push(patch(`${CONFIG_MAPS}/${name}`, { data: { n: String(n), [`k${n}`]: 'v' } }, rng))
  if (rng.int(3) === 0) steps.push(remove(`${CONFIG_MAPS}/${name}`, rng))
  return steps
}

function deploymentUser(name: string, rng: Rng): Step[] {
  const labels = { app: name }
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: {
      replicas: 1 + rng.int(2),
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'nginx' }] } },
    },
  }
  const steps = [create(DEPLOYMENTS, deployment, rng)]
  if (rng.int(2) === 0) steps.push(patch(`${DEPLOYMENTS}/${name}`, { spec: { replicas: rng.int(4) } }, rng))
  if (rng.int(3) === 0)
    steps.push(patch(`${DEPLOYMENTS}/${name}`, { spec: { template: { spec: { containers: [{ name: 'c', image: 'redis' }] } } } }, rng))
  if (rng.int(4) === 0) steps.push(remove(`${DEPLOYMENTS}/${name}?propagationPolicy=Background`, rng))
  return steps
}

function faultsOf(rng: Rng, nodes: number, members: number): FaultTime[] {
  return Array.from({ length: 1 + rng.int(4) }, () => {
    const at = rng.int(rng.int(3) === 0 ? 6000 : 400) + rng.next()
    const lasts = [5, 60, 900, 8000, 50_000][rng.int(5)]! * (0.5 + rng.next())
    return { at, until: at + lasts, fault: faultOf(rng, nodes, members) }
  })
}

function faultOf(rng: Rng, nodes: number, members: number): Fault {
  const etcd = members === 1 ? ['etcd'] : ['etcd-0', 'etcd-1', 'etcd-2']
  const worker = `worker-${1 + rng.int(nodes)}`
  const parts = [...PARTS, ...etcd, worker]
  switch (rng.int(5)) {
    case 0:
    case 1:
      return { kind: 'stopped', part: [...parts, `${worker}/runtime`][rng.int(parts.length + 1)]! }
    case 2:
      return { kind: 'nodeDown', node: worker }
    default: {
      const peer = ['user', ...etcd, 'kube-scheduler', 'kube-controller-manager', worker][rng.int(4 + members)]!
      const other = etcd.includes(peer) && rng.int(members) > 0 ? etcd[(etcd.indexOf(peer) + 1) % members]! : 'kube-apiserver'
      const [from, to] = rng.int(2) ? ([other, peer] as const) : ([peer, other] as const)
      const oneWay = rng.int(3) === 0
      return rng.int(2) ? { kind: 'cut', from, to, oneWay } : { kind: 'slow', from, to, oneWay, by: [30, 400, 5000][rng.int(3)]! }
    }
  }
}
