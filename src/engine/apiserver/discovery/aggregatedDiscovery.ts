// /api and /apis for clients that ask for all of discovery at once: every group, version and resource in one answer.
// Leaves out: ETags, freshness of aggregated API servers (there are none).
// Upstream: apiserver pkg/endpoints/discovery/aggregated, api apidiscovery/v2

import type { Kind } from '../../api/kind'
import type { JsonObject } from '../../api/object'
import { subresourcesOf, responseGroup } from './legacyDiscovery'
import { groupsOf, versionsOf } from './priorities'

/** `/api` lists the group without a name, `/apis` all others. */
export function aggregatedDiscovery(path: '/api' | '/apis', kinds: readonly Kind[]): JsonObject {
  const own = kinds.filter((k) => (k.group === '') === (path === '/api'))
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groupsOf(own).map((g) => groupOf(g, own)),
  }
}

function groupOf(group: string, kinds: readonly Kind[]): JsonObject {
  const versions = versionsOf(group, kinds).map((version) => ({
    version,
    resources: kinds
      .filter((k) => k.group === group && k.version === version)
      .sort((a, b) => (a.resource < b.resource ? -1 : 1))
      .map(resourceOf),
    freshness: 'Current',
  }))
  return { metadata: group === '' ? {} : { name: group }, versions }
}

function resourceOf(of: Kind): JsonObject {
  const { resource, singular, namespaced, kind, verbs, shortNames, categories } = of
  const responseKind = (given: { readonly group?: string; readonly version?: string }, name: string) => ({
    group: given.group ?? '',
    version: given.version ?? '',
    kind: name,
  })
  const below = subresourcesOf(of).map(([name, subresource]) => ({
    subresource: name,
    responseKind: responseKind(of.custom ? (subresource.kind ?? of) : responseGroup(subresource, of), subresource.kind?.kind ?? kind),
    verbs: subresource.verbs,
  }))
  return {
    resource,
    // A custom resource says its group-version in full.
    responseKind: responseKind(of.custom ? of : {}, kind),
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs,
    ...(shortNames ? { shortNames } : {}),
    ...(categories ? { categories } : {}),
    ...(below.length > 0 ? { subresources: below } : {}),
  }
}
