// Discovery piece by piece, as clients asked before it was aggregated: the groups, one group, the resources of one version.
// Upstream: apiserver pkg/endpoints/discovery, apiextensions-apiserver pkg/apiserver/customresource_discovery.go

import type { Kind, Subresource } from '../../api/kind'
import { groupVersion, type JsonObject } from '../../api/object'
import { groupsOf, versionsOf } from './priorities'
import { storageVersionHash } from './storageVersionHash'

/** `/apis` */
export function groupList(kinds: readonly Kind[]): JsonObject {
  const groups = groupsOf(kinds).filter((g) => g !== '')
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map((g) => groupOf(g, kinds)) }
}

/** `/apis/<group>` */
export function groupOf(name: string, kinds: readonly Kind[]): JsonObject {
  const versions = versionsOf(name, kinds).map((version) => ({ groupVersion: groupVersion(name, version), version }))
  return { name, versions, preferredVersion: versions[0] }
}

/** `/api/v1`, `/apis/<group>/<version>` */
export function resourceList(group: string, version: string, kinds: readonly Kind[]): JsonObject {
  const own = kinds.filter((k) => k.group === group && k.version === version).sort((a, b) => (a.resource < b.resource ? -1 : 1))
  return {
    kind: 'APIResourceList',
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: groupVersion(group, version),
    resources: own.flatMap(resourcesOf),
  }
}

function resourcesOf(of: Kind): readonly JsonObject[] {
  const { resource, singular, namespaced, kind, verbs, shortNames, categories, storage } = of
  return [
    {
      name: resource,
      singularName: singular,
      namespaced,
      kind,
      verbs,
      ...(shortNames ? { shortNames } : {}),
      ...(categories ? { categories } : {}),
      ...(storage ? { storageVersionHash: storageVersionHash(of) } : {}),
    },
    ...subresourcesOf(of).map(([name, subresource]) => ({
      name: `${resource}/${name}`,
      singularName: '',
      namespaced,
      ...responseGroup(subresource, of),
      kind: subresource.kind?.kind ?? kind,
      verbs: subresource.verbs,
    })),
  ]
}

/** The subresources that exist, by name; of a custom resource in the order in which its server adds them. */
export function subresourcesOf({ subresources = {}, custom }: Kind): readonly (readonly [string, Subresource])[] {
  const found = Object.entries(subresources)
  return custom ? found : found.sort(([a], [b]) => (a < b ? -1 : 1))
}

/** Where what a subresource answers is of another group-version than its parent. */
export function responseGroup({ kind }: Subresource, parent: Kind): { readonly group?: string; readonly version?: string } {
  return !kind || (kind.group === parent.group && kind.version === parent.version) ? {} : { group: kind.group, version: kind.version }
}
