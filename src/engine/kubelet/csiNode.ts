// A node's CSINode: the drivers that its kubelet knows, of which the model has none, and the old plugins that drivers have taken over.
// It belongs to its Node and goes with it.
// Leaves out: drivers that register, the health of their storage; that a Node is not ready before.
// Upstream: kubernetes pkg/volume/csi/nodeinfomanager/nodeinfomanager.go (tryInitializeCSINodeWithAnnotation), csi_plugin.go (Init)

import type { Node } from '../api/kinds/node'
import type { ApiObject } from '../api/object'
import { bodyOf } from '../client/answers'
import { create, read, remove } from '../client/requests'
import { ask, type Sync } from '../client/sync'

const CSI_NODES = '/apis/storage.k8s.io/v1/csinodes'
const MIGRATED = ['aws-ebs', 'azure-disk', 'azure-file', 'cinder', 'gce-pd', 'portworx-volume', 'vsphere-volume']
  .map((plugin) => `kubernetes.io/${plugin}`)
  .join(',')

/** Makes it unless it is there; that of another Node of the same name gives way. */
export function* publishCSINode(name: string): Sync<void> {
  const node = bodyOf<Node>(yield* ask(read(`/api/v1/nodes/${name}`)))
  if (!node) return
  const { uid } = node.metadata
  const path = `${CSI_NODES}/${name}`
  const known = bodyOf<ApiObject>(yield* ask(read(path)))
  if (known?.metadata.ownerReferences?.some((owner) => owner.kind === 'Node' && owner.uid === uid)) return
  if (known) yield* ask(remove(path))
  yield* ask(
    create(CSI_NODES, {
      kind: 'CSINode',
      apiVersion: 'storage.k8s.io/v1',
      metadata: {
        name,
        annotations: { 'storage.alpha.kubernetes.io/migrated-plugins': MIGRATED },
        ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid }],
      },
      spec: { drivers: null },
    }),
  )
}
