// What the server serves, asked anew: kubectl's cache of it does not hold a type that was made a moment ago (a custom resource).
// Upstream: client-go discovery/cached/disk, restmapper/discovery.go (deferred mapper: asks again on a miss)

import type { GroupDiscoveryList } from '../engine/index'
import type { ResourceInfo } from './context'
import type { Step } from './effects'
import { bodyOf, type Session } from './session'

const ACCEPT =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json'

/** All served types, each group in the order that the server gives; none where it does not answer. */
export function* discovered(session: Session): Step<readonly ResourceInfo[]> {
  const found: ResourceInfo[] = []
  for (const path of ['/api', '/apis']) {
    const response = yield* session.ask({ path, accept: ACCEPT })
    if (response.status >= 300) return []
    const { items = [] } = bodyOf(response) as unknown as GroupDiscoveryList
    for (const { metadata, versions = [] } of items)
      for (const { version, resources = [] } of versions)
        for (const r of resources)
          found.push({
            group: metadata?.name ?? '',
            version,
            resource: r.resource,
            singular: r.singularResource || r.responseKind.kind.toLowerCase(),
            kind: r.responseKind.kind,
            shortNames: r.shortNames ?? [],
            categories: r.categories ?? [],
            namespaced: r.scope === 'Namespaced',
            verbs: r.verbs,
          })
  }
  return found
}
