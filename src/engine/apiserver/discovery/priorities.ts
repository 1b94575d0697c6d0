// In which order groups are listed: by the priorities of their APIServices, then by name; versions of a group by theirs.
// Upstream: kubernetes pkg/controlplane/apiserver/aggregator.go (DefaultGenericAPIServicePriorities), kube-aggregator pkg/apis/apiregistration/v1/helper

import { compareVersions } from '../../api/versions'

export interface Priority {
  readonly group: number
  readonly version: number
}

const GROUPS: Readonly<Record<string, number>> = {
  '': 18000,
  'apiregistration.k8s.io': 17900,
  apps: 17800,
  'events.k8s.io': 17750,
  'authentication.k8s.io': 17700,
  'authorization.k8s.io': 17600,
  autoscaling: 17500,
  batch: 17400,
  'certificates.k8s.io': 17300,
  'networking.k8s.io': 17200,
  policy: 17100,
  'rbac.authorization.k8s.io': 17000,
  'storage.k8s.io': 16800,
  'admissionregistration.k8s.io': 16700,
  'apiextensions.k8s.io': 16700,
  'scheduling.k8s.io': 16600,
  'coordination.k8s.io': 16500,
  'node.k8s.io': 16300,
  'discovery.k8s.io': 16200,
  'resource.k8s.io': 16200,
  'flowcontrol.apiserver.k8s.io': 16100,
  'storagemigration.k8s.io': 15800,
}
const VERSIONS: Readonly<Record<string, number>> = {
  '/v1': 1,
  'autoscaling/v2': 30,
  'resource.k8s.io/v1': 21,
  'flowcontrol.apiserver.k8s.io/v1': 21,
}
/** Of the version of a group that a CustomResourceDefinition brings. */
const CUSTOM: Priority = { group: 1000, version: 100 }
const USUAL_VERSION = 15

export function priorityOf(group: string, version: string): Priority {
  const known = GROUPS[group]
  return known === undefined ? CUSTOM : { group: known, version: VERSIONS[`${group}/${version}`] ?? USUAL_VERSION }
}

/** The groups of some kinds, in the order of their lists. */
export function groupsOf(kinds: readonly { readonly group: string; readonly version: string }[]): string[] {
  return [...new Set(kinds.map((k) => k.group))].sort((a, b) => priorityOf(b, '').group - priorityOf(a, '').group || (a < b ? -1 : 1))
}

/** The versions of one group, the preferred one first. */
export function versionsOf(group: string, kinds: readonly { readonly group: string; readonly version: string }[]): string[] {
  const versions = new Set(kinds.filter((k) => k.group === group).map((k) => k.version))
  return [...versions].sort((a, b) => priorityOf(group, b).version - priorityOf(group, a).version || compareVersions(a, b))
}
