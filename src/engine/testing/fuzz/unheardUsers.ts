// Claims that stay although they are to go and no Pod uses them, by a race that the real cluster has as well: the controller that protects them
// found a Pod in its live list and left the claim to that Pod's end, and the Pod came and went while the controller's own watch was away.
// It looks again when its informers are resynced. Tests only.
// Upstream: kubernetes pkg/controller/volume/pvcprotection/pvc_protection_controller.go (processPVC, podAddedDeletedUpdated)

import { claimsOf, type PersistentVolumeClaim } from '../../api/kinds/persistentvolume/persistentVolumes'
import type { Pod } from '../../api/kinds/pod/types'
import type { ApiObject } from '../../api/object'
import type { Cluster } from '../../cluster/types'
import { stored } from '../workloads'

const PROTECTION = 'kubernetes.io/pvc-protection'

export function unheardUsers(cluster: Cluster): readonly PersistentVolumeClaim[] {
  const pods = stored<Pod>(cluster, 'pods')
  const isUsed = ({ metadata: { namespace, name } }: ApiObject) =>
    pods.some((pod) => pod.metadata.namespace === namespace && claimsOf(pod).some((use) => use.name === name))
  return stored<PersistentVolumeClaim>(cluster, 'persistentvolumeclaims').filter(
    (claim) => claim.metadata.deletionTimestamp && claim.metadata.finalizers?.includes(PROTECTION) && !isUsed(claim),
  )
}
