// Whether a Pod names objects of the API: a static Pod may not, for its kubelet runs it though no API answers.
// Upstream: kubernetes pkg/api/pod/util.go (HasAPIObjectReference)

import { projectedSources } from '../api/kinds/pod/projected'
import type { Pod } from '../api/kinds/pod/types'
import type { JsonObject } from '../base/json'
import { referencesOf } from './podReferences'

/** Volumes that the API has to be asked about. */
const ASKED_ABOUT = ['configMap', 'secret', 'csi', 'glusterfs', 'persistentVolumeClaim', 'ephemeral', 'azureFile']

/** Volumes of old that may name a Secret. */
const DRIVERS = ['cephfs', 'cinder', 'flexVolume', 'iscsi', 'rbd', 'scaleIO', 'storageos']

export function namesApiObjects(pod: Pod): boolean {
  const { serviceAccountName, serviceAccount, resourceClaims, volumes = [] } = pod.spec as Pod['spec'] & JsonObject
  return (
    Boolean(serviceAccountName) ||
    Boolean(serviceAccount) ||
    referencesOf(pod).length > 0 ||
    ((resourceClaims as readonly unknown[] | undefined)?.length ?? 0) > 0 ||
    volumes.some(
      (volume) =>
        ASKED_ABOUT.some((kind) => volume[kind] !== undefined) ||
        DRIVERS.some((kind) => (volume[kind] as JsonObject | undefined)?.secretRef !== undefined) ||
        projectedSources(volume).some((source) => source.downwardAPI === undefined),
    )
  )
}
