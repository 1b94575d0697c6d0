// An APIService for each group-version that the server answers for itself, in the order of their paths; its own group has none.
// Upstream: kubernetes pkg/controlplane/apiserver/aggregator.go (apiServicesToRegister), kube-aggregator pkg/controllers/autoregister

import { apiService, AUTOMANAGED, serviceOf } from '../../api/kinds/apiservice'
import type { Kind } from '../../api/kind'
import { priorityOf } from '../discovery/priorities'
import { ownObject, type OwnObject } from './ownObject'

export function ownApiServices(kinds: readonly Kind[]): readonly OwnObject[] {
  const served = new Map(kinds.map(({ group, version }) => [`${group}/${version}`, { group, version }]))
  return [...served]
    .filter(([, { group }]) => group !== apiService.group)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { group, version }]) => ownObject(apiService, serviceOf(group, version, priorityOf(group, version), AUTOMANAGED.onStart)))
}
