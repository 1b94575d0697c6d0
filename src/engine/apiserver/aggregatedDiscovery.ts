// /api and /apis for clients that ask for all of discovery at once: every group, version and resource in one answer.
// Leaves out: ETags, freshness of aggregated API servers (there are none).
// Upstream: apiserver pkg/endpoints/discovery/aggregated, api apidiscovery/v2

import type { Kind } from '../api/kind'
import type { JsonObject } from '../api/object'

export const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

/** `/api` lists the group without a name, `/apis` all others. */
export function aggregatedDiscovery(path: '/api' | '/apis', kinds: readonly Kind[]): JsonObject {
  const own = kinds.filter((k) => (k.group === '') === (path === '/api'))
  const groups = [...new Set(own.map((k) => k.group))]
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items: groups.map((g) => groupOf(g, own)) }
}

function groupOf(group: string, kinds: readonly Kind[]): JsonObject {
  const own = kinds.filter((k) => k.group === group)
  const versions = [...new Set(own.map((k) => k.version))].map((version) => ({
    version,
    resources: own
      .filter((k) => k.version === version)
      .map(resourceOf)
      .sort((a, b) => (a.resource < b.resource ? -1 : 1)),
    freshness: 'Current',
  }))
  return { metadata: group === '' ? {} : { name: group }, versions }
}

function resourceOf(of: Kind): JsonObject & { readonly resource: string } {
  const { resource, singular, namespaced, kind, verbs, shortNames, categories, subresources = {} } = of
  const below = Object.entries(subresources).map(([name, door]) => ({
    subresource: name,
    responseKind: { group: door.kind?.group ?? '', version: door.kind?.version ?? '', kind: door.kind?.kind ?? kind },
    verbs: door.verbs,
  }))
  return {
    resource,
    responseKind: { group: '', version: '', kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs,
    ...(shortNames ? { shortNames } : {}),
    ...(categories ? { categories } : {}),
    ...(below.length > 0 ? { subresources: below } : {}),
  }
}
