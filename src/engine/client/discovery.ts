// What the server serves, as controllers that work on every kind ask for it: aggregated discovery, each group in its preferred version.
// Leaves out: the older way, a request for each group version, which only servers before 1.26 need.
// Upstream: client-go discovery/{aggregated_discovery,discovery_client}.go

import { bodyOf } from './answers'
import { read } from './requests'
import { ask, type Sync } from './sync'

export interface ServedResource {
  readonly group: string
  readonly version: string
  readonly resource: string
  readonly kind: string
  readonly namespaced: boolean
  readonly verbs: readonly string[]
}

/** The aggregated answer; what nobody reads is left out. Upstream: apidiscovery/v2 types.go */
export interface GroupDiscoveryList {
  readonly items?: readonly {
    readonly metadata?: { readonly name?: string }
    readonly versions?: readonly {
      readonly version: string
      readonly resources?: readonly {
        readonly resource: string
        readonly responseKind: { readonly kind: string }
        readonly singularResource?: string
        readonly shortNames?: readonly string[]
        readonly categories?: readonly string[]
        readonly scope: 'Namespaced' | 'Cluster'
        readonly verbs: readonly string[]
      }[]
    }[]
  }[]
}

const ACCEPT = {
  accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json',
}

/** Null when the server does not say. */
export function* discover(): Sync<readonly ServedResource[] | null> {
  const found: ServedResource[] = []
  for (const path of ['/api', '/apis']) {
    const list = bodyOf<GroupDiscoveryList>(yield* ask({ ...read(path), headers: ACCEPT }))
    if (!list) return null
    for (const { metadata, versions = [] } of list.items ?? []) {
      const seen = new Set<string>()
      for (const { version, resources = [] } of versions)
        for (const { resource, responseKind, scope, verbs } of resources) {
          if (seen.has(resource)) continue
          seen.add(resource)
          found.push({ group: metadata?.name ?? '', version, resource, kind: responseKind.kind, namespaced: scope === 'Namespaced', verbs })
        }
    }
  }
  return found
}

/** `/apis/apps/v1/namespaces/default/replicasets/web`, or less of it: the collection without a name, over all namespaces without a namespace. */
export function resourcePath(
  { group, version, resource }: Pick<ServedResource, 'group' | 'version' | 'resource'>,
  namespace = '',
  name = '',
): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
  return `${root}${namespace && `/namespaces/${namespace}`}/${resource}${name && `/${name}`}`
}
