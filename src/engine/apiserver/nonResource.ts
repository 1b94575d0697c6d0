// What is no resource: version, health, discovery, the list of paths.
// Leaves out: the numbers of the key that tokens are signed with, OpenAPI's documents (its index says which there would be), metrics, flags, status, profiles.
// Upstream: apiserver pkg/server/routes, pkg/endpoints/discovery

import { groupVersion, type JsonObject } from '../api/object'
import { failure, notAcceptable, routeMethodNotAllowed, routeNotFound } from '../api/errors/status'
import { invariant } from '../base/invariant'
import type { HttpResponse } from '../base/wire'
import { IP, PORT } from './address'
import { aggregatedDiscovery } from './discovery/aggregatedDiscovery'
import { groupList, groupOf, resourceList } from './discovery/legacyDiscovery'
import { groupsOf } from './discovery/priorities'
import { health, healthPaths } from './health'
import { accepted, clausesOf, OBJECT_TYPES, unacceptable } from './mediaTypes'
import { plainText } from './plainText'
import { pageNotFound, refusal, type Refusal } from './refusal'
import { versionsOf } from './routing'
import { ISSUER, KEY_ID } from '../api/kinds/serviceaccount/tokens'
import type { RequestContext } from './requestContext'
import type { ServerState, YamlCodec } from './serverState'

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

/** No key is behind the tokens of this model: it has a name alone. */
const KEY_SET = { keys: [{ use: 'sig', kty: 'RSA', kid: KEY_ID, alg: 'RS256' }] }
const KEY_SET_TYPE = 'application/jwk-set+json'

/** What the router serves, for GET alone; lists of groups are answered whatever the method is. */
const ROUTED = /^\/api(\/[^/]+)?$|^\/apis\/[^/]+\/[^/]+$/
const SINGLE = new Set(['/version', '/openid/v1/jwks', '/.well-known/openid-configuration'])
/** Text for people to read, of which only the forms are known here. */
const PAGES = new Set(['/flagz', '/statusz'])
const PAGE_TYPES = 'application/json, application/yaml, text/plain'

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
const json = (body: JsonObject, status = 200): HttpResponse => ({ status, headers: { 'content-type': 'application/json' }, body })

export function nonResource(ctx: RequestContext, server: ServerState): HttpResponse | Refusal {
  const { info, http } = ctx
  const { kinds } = server.scheme
  const path = info.path.replace(/(.)\/$/, '$1')
  const { accept } = http.headers
  const healthy = health(info.path, info.query)
  if (healthy) return healthy
  if (http.method !== 'GET' && SINGLE.has(path)) return methodRefused(ctx, path)
  if (path === '/version') return only('application/json', ctx, server) ?? json(VERSION)
  if (path === '/' || info.path === '/index.html') return json({ paths: pathsOf(server) })
  if (path === '/.well-known/openid-configuration') return only('application/json', ctx, server) ?? json(OPENID_CONFIGURATION)
  if (path === '/openid/v1/jwks')
    return only(KEY_SET_TYPE, ctx, server) ?? { status: 200, headers: { 'content-type': KEY_SET_TYPE }, body: KEY_SET }
  if (path === '/metrics' && http.method === 'DELETE') return plainText(200, 'metrics reset\n')
  if (PAGES.has(path) && !/text\/plain|\*\/\*/.test(accept ?? ''))
    return inForm(unacceptable(accept, PAGE_TYPES, notAcceptable(PAGE_TYPES)), ctx, server)
  if (path === '/openapi/v3') return json({ paths: openApiPaths(server) })
  if ((path === '/api' || path === '/apis') && wantsAggregated(accept))
    return { status: 200, headers: { 'content-type': AGGREGATED }, body: aggregatedDiscovery(path, kinds) }
  const found = discovered(path, server)
  if (!found && isNamed(path, server)) return pageNotFound('notModelled', { path: info.path })
  if (!found) return pageNotFound('noSuchPath', { path: info.path, served: '/' })
  if (http.method !== 'GET' && ROUTED.test(path)) return methodRefused(ctx, path)
  if ('why' in found) return found
  return negotiated(found, ctx, server)
}

const methodRefused = ({ http: { method } }: RequestContext, path: string) =>
  inJson(refusal(routeMethodNotAllowed(), 'verbNotServed', { path, method, served: 'GET' }))

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

/** The router looks first, by names alone, but for what another handler answers: lists of groups, and a group. */
function negotiated(response: HttpResponse, ctx: RequestContext, server: ServerState): HttpResponse | Refusal {
  const { accept } = ctx.http.headers
  const { yaml } = server
  const routed = ROUTED.test(ctx.info.path.replace(/(.)\/$/, '$1')) ? only(OBJECT_TYPES, ctx, server) : null
  if (routed) return routed
  const taken = accepted(accept, null)
  if (!taken || taken.as !== 'object') return inForm(unacceptable(accept, OBJECT_TYPES, notAcceptable(OBJECT_TYPES)), ctx, server)
  if (taken.type !== 'yaml' || !yaml) return response
  return inYaml(response.status, response.body as JsonObject, yaml)
}

const unavailable = (types: string) => `406: Not Acceptable\n\nAvailable representations: ${types}`

/** Whatever the client accepts. */
const inJson = (refused: Refusal): Refusal => ({ ...refused, response: json(refused.status, refused.status.code) })

/** The refusal of the router to a client that names none of some types. */
function only(types: string, ctx: RequestContext, server: ServerState): Refusal | null {
  const { accept = '' } = ctx.http.headers
  const served = types.split(', ')
  const takes = accept.trim() === '' || clausesOf(accept).some(({ type }) => type === '*/*' || served.includes(type))
  return takes ? null : inForm(unacceptable(accept, types, failure(406, 'NotAcceptable', unavailable(types), {})), ctx, server)
}

/** In YAML for a client that takes only that. */
function inForm(refused: Refusal, { http }: RequestContext, { yaml }: ServerState): Refusal {
  if (accepted(http.headers.accept, null)?.type !== 'yaml' || !yaml) return inJson(refused)
  return { ...refused, response: inYaml(406, refused.status as unknown as JsonObject, yaml) }
}

/** Nothing that the server says of itself holds what YAML may not. */
function inYaml(status: number, value: JsonObject, yaml: YamlCodec): HttpResponse {
  const body = yaml.printYaml(value)
  invariant(typeof body === 'string', 'what the server says of itself, in YAML', { body })
  return { status, headers: { 'content-type': 'application/yaml' }, body }
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
    '/flagz',
    '/metrics',
    '/metrics/slis',
    '/openapi/v2',
    '/openapi/v3',
    '/openapi/v3/',
    '/openid/v1/jwks',
    '/statusz',
    '/version',
  ].sort()
}

/** Whether the server names this path among those that it has: what it does not answer there is not modelled. */
const isNamed = (path: string, server: ServerState): boolean =>
  pathsOf(server).includes(path) || Object.keys(openApiPaths(server)).some((name) => path === `/openapi/v3/${name}`)

/** Which documents there would be; the documents themselves are not modelled. */
function openApiPaths(server: ServerState): JsonObject {
  const own = ['/.well-known/openid-configuration', '/api', '/apis', '/openid/v1/jwks', '/version', ...groupPaths(server)].sort()
  return Object.fromEntries(own.map((path) => [path.slice(1), { serverRelativeURL: `/openapi/v3${path}` }]))
}
