// The edges of the Node authorizer's graph that a Pod draws: what its kubelet has to read in order to run it.
// Leaves out: drivers' secrets that only in-tree volume plugins of the past knew (rbd, scaleIO, storageOS).
// Upstream: kubernetes plugin/pkg/auth/authorizer/node/graph.go (AddPod), pkg/api/v1/pod/util.go

import type { Pod } from '../../api/kinds/pod/types'
import { isMirror } from '../../api/kinds/pod/mirror'
import { projectedSources } from '../../api/kinds/pod/projected'
import { claimsOf } from '../../api/kinds/persistentvolume/persistentVolumes'

export type Referred = 'secrets' | 'configmaps' | 'persistentvolumeclaims' | 'resourceclaims' | 'serviceaccounts'

interface Ref {
  readonly name?: string
  readonly secretName?: string
}

/** Whether a Pod refers to an object of its namespace. A mirror Pod refers to nothing: it is the node that wrote it. */
export function refersTo(pod: Pod, resource: Referred, name: string): boolean {
  if (isMirror(pod)) return false
  switch (resource) {
    case 'serviceaccounts':
      return (pod.spec.serviceAccountName ?? 'default') === name
    case 'persistentvolumeclaims':
      return claimsOf(pod).some((claim) => claim.name === name)
    case 'resourceclaims':
      return claims(pod).includes(name)
    default:
      return readsFrom(pod, resource, name)
  }
}

/** Claims that are named, and those that were made for the Pod. */
function claims({ spec, status }: Pod): readonly (string | undefined)[] {
  const named = (spec.resourceClaims ?? []) as readonly { readonly resourceClaimName?: string }[]
  const made = ((status as { resourceClaimStatuses?: unknown } | undefined)?.resourceClaimStatuses ?? []) as typeof named
  return [...named, ...made].map((c) => c.resourceClaimName)
}

/** By volume, projected volume, env, envFrom or pull secret. */
export function readsFrom(pod: Pod, resource: 'secrets' | 'configmaps', name?: string): boolean {
  const secrets = resource === 'secrets'
  const [volume, env, envFrom] = secrets ? ['secret', 'secretKeyRef', 'secretRef'] : ['configMap', 'configMapKeyRef', 'configMapRef']
  const is = (given: unknown) => {
    const ref = given as Ref | undefined
    return ref !== undefined && (name === undefined || ref.name === name || ref.secretName === name)
  }
  const { volumes = [], containers, initContainers = [], imagePullSecrets = [] } = pod.spec
  const ephemeral = (pod.spec.ephemeralContainers ?? []) as typeof containers
  return (
    volumes.some(
      (v) =>
        is(v[volume!]) ||
        projectedSources(v).some((s) => is(s[volume!])) ||
        (secrets && DRIVERS.some(([driver, field]) => is((v[driver] as Record<string, unknown> | undefined)?.[field]))) ||
        (secrets && v.azureFile !== undefined && is(v.azureFile)),
    ) ||
    [...containers, ...initContainers, ...ephemeral].some(
      (c) => (c.env ?? []).some((e) => is(e.valueFrom?.[env!])) || (c.envFrom ?? []).some((e) => is(e[envFrom!])),
    ) ||
    (secrets && imagePullSecrets.some(is))
  )
}

const DRIVERS = [
  ['csi', 'nodePublishSecretRef'],
  ['cephfs', 'secretRef'],
  ['flexVolume', 'secretRef'],
  ['iscsi', 'secretRef'],
] as const
