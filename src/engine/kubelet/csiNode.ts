// A node's CSINode: the drivers that its kubelet knows, of which the model has none, and the old plugins that drivers have taken over.
// It belongs to its Node and goes with it. What fails is tried again, with growing delays.
// Leaves out: drivers that register, the health of their storage; that a Node is not ready before; jitter.
// Simplified: begins once the Node is registered, not with the process; and where all tries are used up begins anew, where upstream's
// process ends and is started anew.
// Upstream: kubernetes pkg/volume/csi/csi_plugin.go (initializeCSINode, waitForAPIServerForever),
// nodeinfomanager/nodeinfomanager.go (InitializeCSINodeWithAnnotation, ensureNodeOwnsCSINode)

import type { Node } from '../api/kinds/node'
import type { ApiObject } from '../api/object'
import type { PartIo } from '../base/part'
import { bodyOf, succeeded } from '../client/answers'
import { create, read, remove, replace } from '../client/requests'
import { ask, perform, type Sync } from '../client/sync'
import type { ClientApi } from '../client/types'

const CSI_NODES = '/apis/storage.k8s.io/v1/csinodes'
const MIGRATED_KEY = 'storage.alpha.kubernetes.io/migrated-plugins'
const MIGRATED = ['aws-ebs', 'azure-disk', 'azure-file', 'cinder', 'gce-pd', 'portworx-volume', 'vsphere-volume']
  .map((plugin) => `kubernetes.io/${plugin}`)
  .join(',')
/** Milliseconds between two looks at whether the server answers. */
const POLL = 1000
/** Milliseconds after each try but the last: four tries close together, six times, ever farther apart. */
const DELAYS = Array.from({ length: 6 }, (_, i) => [10, 50, 250, ...(i < 5 ? [30 * 8 ** i] : [])]).flat()

export function publishCSINode(io: PartIo, client: ClientApi, name: string): void {
  const later = (delay: number, act: () => void) => io.after(delay, act, { background: true })
  const reach = () => perform(client, answers(name), (answered) => (answered ? attempt(0) : later(POLL, reach)))
  const attempt = (tries: number) =>
    perform(client, initialized(name), (done) => {
      const delay = DELAYS[tries]
      if (done) return
      if (delay === undefined) later(POLL, reach)
      else later(delay, () => attempt(tries + 1))
    })
  reach()
}

const pathOf = (name: string) => `${CSI_NODES}/${name}`

/** Whether the server can be reached, and lets this kubelet ask. */
function* answers(name: string): Sync<boolean> {
  const answer = yield* ask(read(pathOf(name)))
  return succeeded(answer) || answer.status === 404
}

/** Whether it is there now, and this Node's. That of another Node of the same name gives way: the next try makes a new one. */
function* initialized(name: string): Sync<boolean> {
  const answer = yield* ask(read(pathOf(name)))
  const known = bodyOf<ApiObject>(answer)
  if (!known && answer.status !== 404) return false
  const node = bodyOf<Node>(yield* ask(read(`/api/v1/nodes/${name}`)))
  if (!node) return false
  const { uid } = node.metadata
  if (!known) {
    const metadata = { name, annotations: { [MIGRATED_KEY]: MIGRATED }, ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid }] }
    const csiNode = { kind: 'CSINode', apiVersion: 'storage.k8s.io/v1', metadata, spec: { drivers: null } }
    return succeeded(yield* ask(create(CSI_NODES, csiNode)))
  }
  const { annotations, ownerReferences } = known.metadata
  if (!ownerReferences?.some((owner) => owner.kind === 'Node' && owner.uid === uid)) {
    yield* ask(remove(pathOf(name)))
    return false
  }
  if (annotations?.[MIGRATED_KEY] === MIGRATED) return true
  const metadata = { ...known.metadata, annotations: { ...annotations, [MIGRATED_KEY]: MIGRATED } }
  return succeeded(yield* ask(replace(pathOf(name), { ...known, metadata })))
}
