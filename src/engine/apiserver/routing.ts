// From method and path to the handler: which kind, which subresource of it, which route through the flow; and the router's own refusals.
// Upstream: apiserver pkg/endpoints/installer.go, go-restful curly router

import type { Kind, Subresource } from '../api/kind'
import type { Scheme } from '../api/scheme'
import { methodNotSupported, notFound, routeMethodNotAllowed, routeNotFound } from '../api/errors/status'
import { own } from '../base/json'
import type { Because, Facts } from '../base/why'
import type { Route } from '../flow/requestFlowMachine'
import { pageNotFound, refusal, type Refusal } from './refusal'
import type { Routed } from './requestContext'
import { requestInfoOf, type RequestInfo } from './requestInfo'

const KEPT = 4000
/** POST to these subresources changes the parent; to others (token) it is asked and answered. */
const ACTIONS = new Set(['binding', 'eviction'])

export class Router {
  private readonly seen = new Map<string, Routed>()

  constructor(private readonly scheme: Scheme) {}

  route(method: string, path: string): Routed {
    const key = `${method} ${path}`
    let routed = this.seen.get(key)
    if (!routed) {
      if (this.seen.size >= KEPT) this.seen.clear()
      this.seen.set(key, (routed = this.find(method, path)))
    }
    return routed
  }

  private find(method: string, path: string): Routed {
    const info = requestInfoOf(method, path)
    const to: To = (route, unrouted, kind = null, subresource = null) => ({ info, route, unrouted, kind, subresource })
    if (info.path.startsWith('//'))
      return to('nonResource', pageNotFound('noSuchPath', { path: info.path, served: info.path.replace(/^\/+/, '/') }))
    if (!info.isResource) return to('nonResource', null)
    if (!this.scheme.servesGroup(info.apiGroup)) return to('nonResource', pageNotFound('noSuchGroup', this.groupFacts(info)))
    if (this.scheme.isCustomGroup(info.apiGroup)) return this.findCustom(method, info, to)
    const legacyBinding = info.resource === 'bindings' && info.apiGroup === '' && info.subresource === ''
    const kind = this.scheme.byResource(info.apiGroup, info.apiVersion, legacyBinding ? 'pods' : info.resource)
    const below = legacyBinding ? 'binding' : info.subresource
    const subresource = below === '' ? null : own(kind?.subresources, below)
    // A Namespace's own path is the one of its contents.
    const misplaced = kind?.namespaced === false && info.namespace !== '' && kind.resource !== 'namespaces'
    if (!kind || misplaced) return to('nonResource', this.unknown(info))
    if (subresource === undefined) return to('nonResource', refusal(routeNotFound(), 'noSuchSubresource', subresourceFacts(info, kind)))
    const known = legacyBinding ? info.verb === 'create' && info.name === '' : allowed(info, kind, subresource)
    const isReadable = info.verb !== 'watch' || method === 'GET'
    // Only what is passed on takes HEAD.
    if (!known || !isReadable || (method === 'HEAD' && !subresource?.connects))
      return to(
        'nonResource',
        info.name !== '' && subresource === null && !NAMED.some((verb) => kind.verbs.includes(verb))
          ? refusal(routeNotFound(), 'noSuchPath', { path: info.path, served: pathOf(kind).replace(/\/<name>$/, '') })
          : info.namespace === '' && kind.namespaced && info.name !== ''
            ? refusal(routeNotFound(), 'namespaceMissing', { path: info.path, served: pathOf(kind) })
            : refusal(routeMethodNotAllowed(), 'verbNotServed', verbFacts(method, info, subresource ?? kind)),
      )
    return to(subresource?.connects ? 'connect' : routeOf(info, kind, below), null, kind, subresource)
  }

  /** Custom resources have a handler of their own, which knows what is served only when it is asked. */
  private findCustom(method: string, info: RequestInfo, to: To): Routed {
    const { apiGroup, apiVersion, resource, subresource: below, namespace, name, verb } = info
    const kind = this.scheme.byResource(apiGroup, apiVersion, resource)
    const across = namespace === '' && verb !== 'list' && verb !== 'watch'
    if (!kind) {
      const { because, facts } = this.unknownWhy(info)
      return to('nonResource', pageNotFound(because, facts))
    }
    if (kind.namespaced ? across : namespace !== '')
      return to('nonResource', pageNotFound('namespaceMissing', { path: info.path, served: pathOf(kind) }))
    const named = { group: apiGroup, resource }
    const subresource = below === '' ? null : own(kind.subresources, below)
    if (subresource === undefined)
      return to('nonResource', refusal(notFound(named, name), 'noSuchSubresource', subresourceFacts(info, kind)))
    const verbs: readonly string[] = subresource?.verbs ?? CUSTOM_VERBS
    if (!verbs.includes(verb))
      return to('nonResource', refusal(methodNotSupported(named, verb), 'verbNotServed', verbFacts(method, info, subresource ?? kind)))
    return to(routeOf(info, kind, below), null, kind, subresource)
  }

  private groupFacts({ apiGroup }: RequestInfo): Facts {
    return { group: apiGroup, served: [...new Set(this.scheme.kinds.map((k) => k.group))].filter(Boolean).sort().join(', ') }
  }

  private unknown(info: RequestInfo): Refusal {
    const { because, facts } = this.unknownWhy(info)
    return refusal(routeNotFound(), because, facts)
  }

  /** The group is there: is it the version that is not, or the resource? */
  private unknownWhy({ apiGroup, apiVersion, resource }: RequestInfo): { readonly because: Because; readonly facts: Facts } {
    const { kinds } = this.scheme
    if (!this.scheme.servesVersion(apiGroup, apiVersion))
      return { because: 'noSuchGroup', facts: { group: apiGroup, version: apiVersion, served: versionsOf(apiGroup, kinds) } }
    const served = kinds.filter((k) => k.group === apiGroup && k.version === apiVersion).map((k) => k.resource)
    const facts = { group: apiGroup, version: apiVersion, resource, served: [...new Set(served)].sort().join(', ') }
    return { because: 'noSuchResource', facts }
  }
}

/** `v1, v1beta1` of a group. */
export const versionsOf = (group: string, kinds: readonly Kind[]) =>
  [...new Set(kinds.filter((k) => k.group === group).map((k) => k.version))].join(', ')

const subresourceFacts = ({ resource, subresource }: RequestInfo, kind: Kind): Facts => ({
  resource,
  subresource,
  served: Object.keys(kind.subresources ?? {}).join(', '),
})

const verbFacts = (method: string, { path, verb, name }: RequestInfo, { verbs }: Kind | Subresource): Facts => ({
  path,
  method: `${method} (${verb === '' ? '?' : verb}${name === '' ? '' : ` ${name}`})`,
  served: verbs.join(', '),
})

const pathOf = ({ group, version, resource, namespaced }: Kind) =>
  `/${group === '' ? 'api' : `apis/${group}`}/${version}/${namespaced ? 'namespaces/<namespace>/' : ''}${resource}/<name>`

/** Verbs of a path with a name. */
const NAMED = ['get', 'update', 'patch', 'delete'] as const

type To = (route: Route, unrouted: Refusal | null, kind?: Kind | null, subresource?: Subresource | null) => Routed
const CUSTOM_VERBS: readonly string[] = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']

function allowed({ verb, name, namespace }: RequestInfo, kind: Kind, subresource: Subresource | null): boolean {
  const verbs: readonly string[] = (subresource ?? kind).verbs
  if (!verbs.includes(verb)) return false
  if (kind.namespaced && namespace === '' && (name !== '' || (verb !== 'list' && verb !== 'watch'))) {
    return (verb === 'list' || verb === 'watch') && subresource === null
  }
  return subresource ? name !== '' : verb === 'create' ? name === '' : verb !== 'update' && verb !== 'patch' ? true : name !== ''
}

/** `below`: the subresource that it comes to, which of the old path of bindings the URL does not name. */
function routeOf({ verb, subresource }: RequestInfo, kind: Kind, below: string): Route {
  if (verb === 'get' || verb === 'list') return 'read'
  if (verb === 'watch') return 'watch'
  if (verb === 'create' && ACTIONS.has(below)) return 'action'
  if (verb === 'create' && (subresource !== '' || kind.storage === undefined)) return 'review'
  return verb === 'deletecollection' ? 'delete' : (verb as Route)
}
