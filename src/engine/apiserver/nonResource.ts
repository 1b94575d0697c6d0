// What is no resource: version, health, discovery, the list of paths.
// Leaves out: the keys that tokens are signed with, OpenAPI's documents (its index says which there would be), metrics, logs.
// Upstream: apiserver pkg/server/routes, pkg/endpoints/discovery

import { groupVersion, type JsonObject } from '../api/object'
import { failure, notAcceptable, routeMethodNotAllowed, routeNotFound } from '../api/status'
import type { HttpResponse } from '../base/wire'
import { IP, PORT } from './address'
import { aggregatedDiscovery } from './discovery/aggregatedDiscovery'
import { groupList, groupOf, resourceList } from './discovery/legacyDiscovery'
import { groupsOf } from './discovery/priorities'
import { health, healthPaths } from './health'
import { accepted, clausesOf, OBJECT_TYPES, ROUTER_TYPES, unacceptable } from './mediaTypes'
import { pageNotFound, refusal, type Refusal } from './refusal'
import { versionsOf } from './routing'
import { ISSUER } from './serviceAccountTokens'
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
  gitCommit: '0000000000000000000000000000000000000000',
  gitTreeState: 'clean',
  buildDate: '2026-10-01T00:00:00Z',
  goVersion: 'go1.26.8',
  compiler: 'gc',
  platform: 'linux/amd64',
}
/** Where clients outside of the cluster find this server: the address of the host that it runs on. */
const ADDRESS = `${IP}:${PORT}`

/** Where others find what tokens of ServiceAccounts are signed with. */
const OPENID_CONFIGURATION = {
  issuer: ISSUER,
  jwks_uri: `https://${ADDRESS}/openid/v1/jwks`,
  response_types_supported: ['id_token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
}

/** What the router serves, for GET alone; lists of groups are answered whatever the method is. */
const ROUTED = /^\/api(\/[^/]+)?$|^\/apis\/[^/]+\/[^/]+$/

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
const json = (body: JsonObject, status = 200): HttpResponse => ({ status, headers: { 'content-type': 'application/json' }, body })

export function nonResource(ctx: RequestContext, server: ServerState): HttpResponse | Refusal {
  const { info, http } = ctx
  const { kinds } = server.scheme
  const path = info.path.replace(/(.)\/$/, '$1')
  const { accept } = http.headers
  const healthy = health(info.path, info.query)
  if (healthy) return healthy
  if (path === '/version') return http.method === 'GET' ? (jsonOnly(accept) ?? json(VERSION)) : json(routeMethodNotAllowed(), 405)
  if (path === '/' || info.path === '/index.html') return json({ paths: pathsOf(server) })
  if (path === '/.well-known/openid-configuration') return jsonOnly(accept) ?? json(OPENID_CONFIGURATION)
  const documents = path === '/openapi/v3' ? openApiIndex(server) : null
  if (documents) return json(documents)
  if ((path === '/api' || path === '/apis') && wantsAggregated(accept))
    return { status: 200, headers: { 'content-type': AGGREGATED }, body: aggregatedDiscovery(path, kinds) }
  const found = discovered(path, server)
  if (!found) return pageNotFound('noSuchPath', { path: info.path, served: '/' })
  if (http.method !== 'GET' && ROUTED.test(path))
    return inJson(refusal(routeMethodNotAllowed(), 'verbNotServed', { path, method: http.method, served: 'GET' }))
  if ('why' in found) return found
  return negotiated(found, accept, server)
}

/** Discovery's older form: the groups, one group, the resources of a version. Null for a path that is none of it. */
function discovered(path: string, { scheme }: ServerState): HttpResponse | Refusal | null {
  const { kinds } = scheme
  const [root, ...rest] = path.split('/').slice(1)
  if (path === '/api')
    return json({
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: ADDRESS }],
    })
  if (path === '/apis') return json(groupList(kinds))
  if (root === 'apis' && rest.length === 1 && rest[0] && scheme.servesGroup(rest[0]))
    return json({ kind: 'APIGroup', apiVersion: 'v1', ...groupOf(rest[0], kinds) })
  const [group, version] = root === 'apis' && rest.length === 2 ? rest : root === 'api' && rest.length === 1 ? ['', rest[0]] : []
  if (group === undefined || version === undefined || (group === '' && root === 'apis')) return null
  if (scheme.servesVersion(group, version)) return json(resourceList(group, version, kinds))
  if (!scheme.servesGroup(group) || scheme.isCustomGroup(group)) return null
  return refusal(routeNotFound(), 'noSuchGroup', { group, version, served: versionsOf(group, kinds) })
}

function wantsAggregated(accept = ''): boolean {
  const first = clausesOf(accept).find(
    ({ type, parameters }) => type === 'application/json' && (!parameters.as || isAggregated(parameters)),
  )
  return first?.parameters.as !== undefined
}

const isAggregated = ({ g, v, as }: Readonly<Record<string, string>>) =>
  g === 'apidiscovery.k8s.io' && v === 'v2' && as === 'APIGroupDiscoveryList'

function negotiated(response: HttpResponse, accept: string | undefined, { yaml }: ServerState): HttpResponse | Refusal {
  const taken = accepted(accept, null)
  if (!taken || taken.as !== 'object')
    return /as=/.test(accept ?? '')
      ? inJson(unacceptable(accept, OBJECT_TYPES, notAcceptable(OBJECT_TYPES)))
      : inJson(unacceptable(accept, ROUTER_TYPES, failure(406, 'NotAcceptable', unavailable(ROUTER_TYPES), {})))
  if (taken.type !== 'yaml' || !yaml) return response
  return { status: response.status, headers: { 'content-type': 'application/yaml' }, body: yaml.printYaml(response.body as JsonObject) }
}

const unavailable = (types: string) => `406: Not Acceptable\n\nAvailable representations: ${types}`

/** Whatever the client accepts. */
const inJson = (refused: Refusal): Refusal => ({ ...refused, response: json(refused.status, refused.status.code) })

/** The refusal of a client that takes no JSON, where there is nothing else. */
function jsonOnly(accept = ''): Refusal | null {
  const takes = accept.trim() === '' || clausesOf(accept).some(({ type }) => ['*/*', 'application/*', 'application/json'].includes(type))
  return takes ? null : inJson(unacceptable(accept, 'application/json', failure(406, 'NotAcceptable', unavailable('application/json'), {})))
}

function groupPaths({ scheme: { kinds } }: ServerState): readonly string[] {
  const versions = new Set(kinds.map(({ group, version }) => (group === '' ? '/api/v1' : `/apis/${groupVersion(group, version)}`)))
  return [
    ...groupsOf(kinds)
      .filter((g) => g !== '')
      .map((g) => `/apis/${g}`),
    ...versions,
  ]
}

function pathsOf(server: ServerState): readonly string[] {
  return [
    '/.well-known/openid-configuration',
    '/api',
    '/apis',
    '/apis/',
    ...groupPaths(server),
    ...healthPaths,
    '/logs',
    '/metrics',
    '/openapi/v2',
    '/openapi/v3',
    '/openapi/v3/',
    '/openid/v1/jwks',
    '/version',
  ].sort()
}

/** Which documents there would be; the documents themselves are not modelled. */
function openApiIndex(server: ServerState): JsonObject {
  const own = ['/.well-known/openid-configuration', '/api', '/apis', '/openid/v1/jwks', '/version', ...groupPaths(server)].sort()
  return { paths: Object.fromEntries(own.map((path) => [path.slice(1), { serverRelativeURL: `/openapi/v3${path}` }])) }
}
