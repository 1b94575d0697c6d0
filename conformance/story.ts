// One recorded story of a whole cluster, lived through on the model: the same components, the same steps, the same pauses.

import { auditLog } from '../src/engine/cluster/auditLog'
import { createCluster } from '../src/engine/cluster/cluster'
import type { Cluster, NodeSpec } from '../src/engine/cluster/types'
import type { HopIndex } from '../src/engine/base/hop'
import type { EtcdEvent } from '../src/engine/base/wire'
import { parseYaml, printYaml } from '../src/engine/api/yaml/yaml'
import { bootstrap } from './bootstrap'
import { differences, summarizeStory, type Difference } from './normalize.mjs'
import { perform, TOKENS, type Recorded, type Step } from './steps'

export interface Story {
  readonly name: string
  readonly nodes?: number
  readonly setup: readonly Step[]
  readonly steps: readonly Step[]
  readonly watched: { readonly pods: readonly unknown[]; readonly events: readonly unknown[] }
}

export interface StoryPart {
  readonly part: 'writes' | 'pods' | 'events' | 'answers'
  readonly differences: readonly Difference[]
}

/** Milliseconds: as the recordings were made. */
const QUIET = 6000
const BEFORE = 1500
const AFTER = 2500

export function liveThrough(story: Story, audit: readonly unknown[]): readonly StoryPart[] {
  const cluster = wholeCluster(story.nodes ?? 2)
  const variables = { ns: 'default' }
  const pass = (time: number) => void cluster.run({ for: time, throughIdle: true })
  for (const step of story.setup) if (!turnedOnOrOff(cluster, step)) perform(cluster, step, variables, '', () => {})
  pass(BEFORE)
  const begin = cluster.trace.length
  const steps: (Step & { readonly response?: Recorded })[] = []
  for (const step of story.steps) {
    if (!turnedOnOrOff(cluster, step))
      perform(cluster, step, variables, '', (_number, _recorded, answer) => steps.push({ ...step, response: answer }))
  }
  pass(AFTER)
  const given = summarizeStory({ steps, audit: auditSince(cluster, begin), watched: watchedSince(cluster, begin) })
  const wanted = summarizeStory({ steps: story.steps, audit, watched: story.watched })
  return (['writes', 'pods', 'events', 'answers'] as const).map((part) => ({ part, differences: differences(wanted[part], given[part]) }))
}

/** All components, the stand-in's nodes, the users of the recordings; some quiet seconds after its start. */
export function wholeCluster(nodes: number): Cluster {
  const cluster = createCluster({
    seed: 1,
    bootstrap,
    tokens: TOKENS,
    scheduler: true,
    controllerManager: true,
    heartbeats: true,
    nodes: Array.from({ length: nodes }, (_, i) => standInNode(`worker-${i + 1}`, i)),
    yaml: { parseYaml, printYaml },
  })
  cluster.run({ for: QUIET, throughIdle: true })
  return cluster
}

/** A step that ends or starts a component. */
function turnedOnOrOff(cluster: Cluster, { stop, start }: Step): boolean {
  if (stop) cluster.stop(partOf(stop))
  if (start) cluster.restart(partOf(start))
  return Boolean(stop ?? start)
}

/** `scheduler` of a story is `kube-scheduler` here; workers have the same names. */
const partOf = (component: string) => (component.startsWith('worker-') ? component : `kube-${component}`)

/** What was asked from the first step on, less what this runner itself looked at while it waited. */
function auditSince(cluster: Cluster, begin: HopIndex): readonly unknown[] {
  const recorded = new Set([...cluster.trace.allRequests()].filter((r) => r.sentAt < begin || r.program !== null).map((r) => r.id))
  const byReader = new Set(
    [...cluster.trace.allRequests()]
      .filter((r) => r.sentAt >= begin && r.program !== null && r.about?.verb !== 'get' && r.about?.verb !== 'list')
      .map((r) => r.id),
  )
  return auditLog(cluster, (r) => !recorded.has(r.id) || byReader.has(r.id))
}

/** Every change of Pods and Events since then, as a watcher of all of them saw it. */
function watchedSince(cluster: Cluster, begin: HopIndex): { pods: unknown[]; events: unknown[] } {
  const watched = { pods: [] as unknown[], events: [] as unknown[] }
  for (let i = begin; i < cluster.trace.length; i++) {
    const hop = cluster.trace.hop(i)
    if (hop.kind !== 'commit') continue
    for (const event of hop.events) {
      const list = event.kv.key.startsWith('/registry/pods/')
        ? watched.pods
        : event.kv.key.startsWith('/registry/events/')
          ? watched.events
          : null
      list?.push(watchEventOf(event))
    }
  }
  return watched
}

function watchEventOf({ type, kv, previous }: EtcdEvent): unknown {
  if (type === 'DELETE') return { type: 'DELETED', object: previous?.value }
  return { type: previous ? 'MODIFIED' : 'ADDED', object: kv.value }
}

/** The stand-in's facts, from the description of the recordings. */
function standInNode(name: string, index: number): NodeSpec {
  return {
    name,
    cpu: '1',
    memory: '3840Mi',
    pods: '110',
    facts: {
      address: '192.0.2.2',
      spec: { podCIDR: `10.244.${index}.0/24`, podCIDRs: [`10.244.${index}.0/24`], providerID: `kubemark://${name}` },
      nodeInfo: {
        machineID: '',
        systemUUID: '',
        bootID: '',
        kernelVersion: '3.16.0-0.bpo.4-amd64',
        osImage: 'Debian GNU/Linux 7 (wheezy)',
        containerRuntimeVersion: 'containerd://2.1.4',
        kubeletVersion: 'v1.37.2',
        kubeProxyVersion: '',
        operatingSystem: 'linux',
        architecture: 'amd64',
      },
    },
  }
}
