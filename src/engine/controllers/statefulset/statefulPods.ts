// The Pods of a StatefulSet: each has a number, and a name, a host name and volumes that go with the number.
// Upstream: kubernetes pkg/controller/statefulset/stateful_set_utils.go

import type { Pod, Volume } from '../../api/kinds/pod/types'
import type { JsonObject } from '../../base/json'
import { podFrom } from '../podControl'
import type { PodTemplate } from '../workloads'
import { claimName } from './claims'
import { isMember, ordinalOf } from './ordinals'
import type { StatefulSet } from './types'

const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name'
const INDEX_LABEL = 'apps.kubernetes.io/pod-index'
const REVISION_LABEL = 'controller-revision-hash'

export const isOrdered = ({ spec }: StatefulSet): boolean => spec.podManagementPolicy !== 'Parallel'
export const isRolling = ({ spec }: StatefulSet): boolean => (spec.updateStrategy?.type ?? 'RollingUpdate') === 'RollingUpdate'
export const partitionOf = ({ spec }: StatefulSet): number => spec.updateStrategy?.rollingUpdate?.partition ?? 0

export const revisionOf = ({ metadata }: Pod): string => metadata.labels?.[REVISION_LABEL] ?? ''

/** The Pod of one number, from a template of the set's history. */
export function statefulPod(set: StatefulSet, template: PodTemplate, revision: string, ordinal: number): Pod {
  const draft = podFrom(template, set) as unknown as Pod
  const name = `${set.metadata.name!}-${String(ordinal)}`
  const { serviceName } = set.spec
  return withStorage(set, {
    ...draft,
    metadata: {
      ...draft.metadata,
      name,
      namespace: set.metadata.namespace,
      labels: { ...draft.metadata.labels, ...identityLabels(name, ordinal), [REVISION_LABEL]: revision },
    },
    spec: { ...draft.spec, hostname: name, ...(serviceName ? { subdomain: serviceName } : {}) },
  })
}

export function hasIdentity(set: StatefulSet, pod: Pod): boolean {
  return isMember(set, pod) && pod.metadata.labels?.[POD_NAME_LABEL] === pod.metadata.name
}

export function withIdentity(pod: Pod): Pod {
  const labels = { ...pod.metadata.labels, ...identityLabels(pod.metadata.name!, ordinalOf(pod)) }
  return { ...pod, metadata: { ...pod.metadata, labels } }
}

export function hasStorage(set: StatefulSet, pod: Pod): boolean {
  return (set.spec.volumeClaimTemplates ?? []).every((claim) => {
    const volume = pod.spec.volumes?.find(({ name }) => name === claim.metadata.name)
    return (volume?.persistentVolumeClaim as JsonObject | undefined)?.claimName === claimName(set, claim, ordinalOf(pod))
  })
}

/** Volumes of the template that a claim stands for by name are replaced by it. */
export function withStorage(set: StatefulSet, pod: Pod): Pod {
  const claims = set.spec.volumeClaimTemplates ?? []
  if (claims.length === 0) return pod
  const claimed: Volume[] = claims.map((claim) => ({
    name: claim.metadata.name!,
    persistentVolumeClaim: { claimName: claimName(set, claim, ordinalOf(pod)) },
  }))
  const others = (pod.spec.volumes ?? []).filter(({ name }) => !claims.some(({ metadata }) => metadata.name === name))
  return { ...pod, spec: { ...pod.spec, volumes: [...claimed, ...others] } }
}

const identityLabels = (name: string, ordinal: number) => ({ [POD_NAME_LABEL]: name, [INDEX_LABEL]: String(ordinal) })
