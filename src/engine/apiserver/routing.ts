// From method and path to the handler: which kind, which door of it, which route through the flow; and the router's own refusals.
// Upstream: apiserver pkg/endpoints/installer.go, go-restful curly router

import type { Kind, Subresource } from '../api/kind'
import type { Scheme } from '../api/scheme'
import { methodNotSupported, notFound, routeMethodNotAllowed, routeNotFound, type Status } from '../api/status'
import type { Route } from '../flow/requestFlowMachine'
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
    if (info.path.startsWith('//')) return to('nonResource', '404 page not found\n')
    if (!info.isResource) return to('nonResource', null)
    if (!this.scheme.servesGroup(info.apiGroup)) return to('nonResource', '404 page not found\n')
    if (this.scheme.isCustomGroup(info.apiGroup)) return this.findCustom(info, to)
    const legacyBinding = info.resource === 'bindings' && info.apiGroup === '' && info.subresource === ''
    const kind = this.scheme.byResource(info.apiGroup, info.apiVersion, legacyBinding ? 'pods' : info.resource)
    const door = legacyBinding ? 'binding' : info.subresource
    const subresource = door === '' ? null : (kind?.subresources?.[door] ?? undefined)
    if (!kind || subresource === undefined) return to('nonResource', routeNotFound())
    const known = legacyBinding ? info.verb === 'create' && info.name === '' : allowed(info, kind, subresource)
    // Only what is passed on takes HEAD.
    if (!known || (method === 'HEAD' && !subresource?.connects))
      return to('nonResource', info.namespace === '' && kind.namespaced && info.name !== '' ? routeNotFound() : routeMethodNotAllowed())
    return to(subresource?.connects ? 'read' : routeOf(info, kind, door), null, kind, subresource)
  }

  /** Custom resources have a handler of their own, which knows what is served only when it is asked. */
  private findCustom(info: RequestInfo, to: To): Routed {
    const { apiGroup, apiVersion, resource, subresource: door, namespace, name, verb } = info
    const kind = this.scheme.byResource(apiGroup, apiVersion, resource)
    const across = namespace === '' && verb !== 'list' && verb !== 'watch'
    if (!kind || (kind.namespaced ? across : namespace !== '')) return to('nonResource', '404 page not found\n')
    const named = { group: apiGroup, resource }
    const subresource = door === '' ? null : kind.subresources?.[door]
    if (subresource === undefined) return to('nonResource', notFound(named, name))
    const verbs: readonly string[] = subresource?.verbs ?? CUSTOM_VERBS
    if (!verbs.includes(verb)) return to('nonResource', methodNotSupported(named, verb))
    if (verb === 'create' && !kind.verbs.includes('create'))
      return to('nonResource', {
        ...methodNotSupported(named, verb),
        message: 'create not allowed while custom resource definition is terminating',
      })
    return to(routeOf(info, kind, door), null, kind, subresource)
  }
}

type To = (route: Route, unrouted: Status | string | null, kind?: Kind | null, subresource?: Subresource | null) => Routed
const CUSTOM_VERBS: readonly string[] = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']

function allowed({ verb, name, namespace }: RequestInfo, kind: Kind, subresource: Subresource | null): boolean {
  const verbs: readonly string[] = (subresource ?? kind).verbs
  if (!verbs.includes(verb)) return false
  if (kind.namespaced && namespace === '' && (name !== '' || (verb !== 'list' && verb !== 'watch'))) {
    return (verb === 'list' || verb === 'watch') && subresource === null
  }
  return subresource ? name !== '' : verb === 'create' ? name === '' : verb !== 'update' && verb !== 'patch' ? true : name !== ''
}

function routeOf({ verb, subresource }: RequestInfo, kind: Kind, door: string): Route {
  if (verb === 'get' || verb === 'list') return 'read'
  if (verb === 'watch') return 'watch'
  if (verb === 'create' && ACTIONS.has(door)) return 'action'
  if (verb === 'create' && (subresource !== '' || kind.storage === undefined)) return 'review'
  return verb === 'deletecollection' ? 'delete' : (verb as Route)
}
