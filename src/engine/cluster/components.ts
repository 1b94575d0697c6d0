// The components of a cluster, as its options ask for them, and where they listen.

import { ApiServer } from '../apiserver/apiServer'
import type { PartId } from '../base/ids'
import type { Part } from '../base/part'
import { User } from '../client/user'
import { ControllerManager } from '../controllers/controllerManager'
import { nodeAddress } from '../kubelet/addresses'
import { ContainerRuntime } from '../kubelet/containerRuntime'
import { Kubelet } from '../kubelet/kubelet'
import { Machine } from '../kubelet/machine'
import { ManifestFolder } from '../kubelet/manifests'
import { Scheduler } from '../scheduler/scheduler'
import type { Etcd } from '../storage/etcd'
import { WebhookServer } from '../webhook/webhookServer'
import { bootstrapOf } from './bootstrap'
import { membersOf } from './members'
import type { ClusterOptions } from './types'

export interface Components {
  readonly etcd: readonly Etcd[]
  /** By the name of the node. */
  readonly machines: ReadonlyMap<string, Machine>
  readonly webhook: WebhookServer | null
  readonly user: User
  /** All of them, in the order in which they start. */
  readonly parts: readonly Part[]
}

export function componentsOf(options: ClusterOptions): Components {
  const etcd = membersOf(options.etcdMembers)
  const machines = new Map<string, Machine>()
  const parts: Part[] = [...etcd, new ApiServer({ ...options, bootstrap: bootstrapOf(options), etcd: etcd.map(({ id }) => id) })]
  if (options.controllerManager) parts.push(new ControllerManager(options))
  if (options.scheduler) parts.push(new Scheduler(options.heartbeats))
  for (const [index, node] of (options.nodes ?? []).entries()) {
    const machine = new Machine(new ManifestFolder(node.manifests))
    machines.set(node.name, machine)
    parts.push(new ContainerRuntime(node, index), new Kubelet(node, index, options, machine))
  }
  const webhook = options.webhook ? new WebhookServer(options.webhook.patches) : null
  if (webhook) parts.push(webhook)
  const user = new User()
  return { etcd, machines, webhook, user, parts: [...parts, user] }
}

/** Host and port for HTTP. */
export function addressOf(part: PartId, { nodes = [], webhook }: ClusterOptions): string {
  if (part === 'webhook') return webhook?.host ?? ''
  const node = nodes.findIndex(({ name }) => name === part)
  return node < 0 ? '127.0.0.1:6443' : `${nodeAddress(nodes[node]!, node)}:10250`
}
