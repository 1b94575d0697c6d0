// What is no resource: version, health, discovery.
// Leaves out: OpenAPI, metrics, logs; health has no checks that could fail here.
// Upstream: apiserver pkg/server/{routes,healthz}, pkg/endpoints/discovery

import type { Kind } from '../api/kind'
import { groupVersion, type JsonObject } from '../api/object'
import { routeNotFound } from '../api/status'
import type { HttpResponse } from '../base/wire'
import { AGGREGATED, aggregatedDiscovery } from './aggregatedDiscovery'
import type { RequestContext } from './requestContext'
import type { ServerState } from './serverState'

const VERSION = {
  major: '1',
  minor: '37',
  emulationMajor: '1',
  emulationMinor: '37',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '36',
  gitVersion: 'v1.37.2',
  gitTreeState: 'clean',
  compiler: 'gc',
  platform: 'linux/amd64',
}

const text = (status: number, body: string): HttpResponse => ({ status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body })
const json = (body: JsonObject, status = 200): HttpResponse => ({ status, headers: { 'content-type': 'application/json' }, body })

export function nonResource({ info, http }: RequestContext, { scheme }: ServerState): HttpResponse {
  const path = info.path.replace(/(.)\/$/, '$1')
  const parts = path.split('/').slice(1)
  if (/^\/(healthz|livez|readyz)(\/ping)?$/.test(path)) return text(200, 'ok')
  if (path === '/version') return json(VERSION)
  if ((path === '/api' || path === '/apis') && http.headers.accept?.includes('as=APIGroupDiscoveryList'))
    return { status: 200, headers: { 'content-type': AGGREGATED }, body: aggregatedDiscovery(path, scheme.kinds) }
  if (path === '/api')
    return json({
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1:6443' }],
    })
  const groups = [...new Set(scheme.kinds.map((k) => k.group))].filter((g) => g !== '')
  if (path === '/apis') return json({ kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map((g) => groupOf(g, scheme.kinds)) })
  if (parts[0] === 'apis' && parts.length === 2 && groups.includes(parts[1]!))
    return json({ kind: 'APIGroup', apiVersion: 'v1', ...groupOf(parts[1]!, scheme.kinds) })
  const group = parts[0] === 'apis' && parts.length === 3 ? parts[1]! : parts[0] === 'api' && parts.length === 2 ? '' : null
  if (group !== null && scheme.servesGroup(group)) {
    const version = parts.at(-1)!
    return scheme.servesVersion(group, version) ? json(resourceList(group, version, scheme.kinds)) : json(routeNotFound(), 404)
  }
  return text(404, '404 page not found\n')
}

function groupOf(name: string, kinds: readonly Kind[]): JsonObject {
  const versions = [...new Set(kinds.filter((k) => k.group === name).map((k) => k.version))].map((version) => ({
    groupVersion: groupVersion(name, version),
    version,
  }))
  return { name, versions, preferredVersion: versions[0] }
}

function resourceList(group: string, version: string, kinds: readonly Kind[]): JsonObject {
  const own = kinds.filter((k) => k.group === group && k.version === version)
  const resources = own.flatMap(({ resource, singular, namespaced, kind, verbs, shortNames, categories, subresources = {} }) => [
    {
      name: resource,
      singularName: singular,
      namespaced,
      kind,
      verbs,
      ...(shortNames ? { shortNames } : {}),
      ...(categories ? { categories } : {}),
    },
    ...Object.entries(subresources).map(([name, door]) => ({
      name: `${resource}/${name}`,
      singularName: '',
      namespaced,
      ...(door.kind ? { group: door.kind.group, version: door.kind.version } : {}),
      kind: door.kind?.kind ?? kind,
      verbs: door.verbs,
    })),
  ])
  return {
    kind: 'APIResourceList',
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: groupVersion(group, version),
    resources: resources.sort((a, b) => (a.name < b.name ? -1 : 1)),
  }
}
