// What a request is about, read from method and path alone: RBAC, audit and routing all go by these words.
// Upstream: apiserver pkg/endpoints/request/requestinfo.go

import type { RequestWords } from '../base/hop'
import { parseFieldSelector } from '../api/selectors/parseFieldSelector'
import { own } from '../base/json'
import { isTrue } from './queryValues'

export interface RequestInfo extends RequestWords {
  readonly isResource: boolean
  /** Without the query, percent-decoded. */
  readonly path: string
  readonly query: URLSearchParams
}

/** The words alone: what the trace, and with it the audit log, says of a request. */
export function wordsOf({ verb, apiGroup, apiVersion, resource, subresource, namespace, name }: RequestInfo): RequestWords {
  return { verb, apiGroup, apiVersion, resource, subresource, namespace, name }
}

/** Nobody changes a query. */
const NO_QUERY = new URLSearchParams()
const VERBS: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete', GET: 'get', HEAD: 'get' }
/** Below /namespaces/<name>/, these are subresources of the Namespace itself. */
const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize'])

export function requestInfoOf(method: string, target: string): RequestInfo {
  const mark = target.indexOf('?')
  const path = decode(mark < 0 ? target : target.slice(0, mark))
  const query = mark < 0 ? NO_QUERY : new URLSearchParams(target.slice(mark + 1))
  // Empty segments in the middle stay: `/api/v1//pods` asks for a resource without a name.
  const parts = path.replace(/^\/+|\/+$/g, '').split('/')
  const nonResource: RequestInfo = {
    isResource: false,
    path,
    query,
    verb: method.toLowerCase(),
    apiGroup: '',
    apiVersion: '',
    resource: '',
    subresource: '',
    namespace: '',
    name: '',
  }
  const [root] = parts
  if (root !== 'api' && root !== 'apis') return nonResource
  if (parts.length < (root === 'api' ? 3 : 4)) return nonResource
  const apiGroup = root === 'api' ? '' : parts[1]!
  const apiVersion = parts[root === 'api' ? 1 : 2]!
  let rest = parts.slice(root === 'api' ? 2 : 3)
  let verb = own(VERBS, method) ?? ''
  // The old form: /api/v1/watch/pods
  if (rest[0] === 'watch' && rest.length > 1) {
    verb = 'watch'
    rest = rest.slice(1)
  }
  let namespace = ''
  if (rest[0] === 'namespaces' && rest.length > 1) {
    namespace = rest[1]!
    if (rest.length > 2 && !NAMESPACE_SUBRESOURCES.has(rest[2]!)) rest = rest.slice(2)
  }
  const [resource = '', name = '', subresource = ''] = rest
  return { ...nonResource, isResource: true, apiGroup, apiVersion, namespace, resource, subresource, ...named(verb, name, query) }
}

function named(verb: string, name: string, query: URLSearchParams): { verb: string; name: string } {
  if (name !== '') return { verb, name }
  if (verb === 'get') {
    return { verb: isTrue(query.get('watch')) ? 'watch' : 'list', name: nameOfSelector(query) }
  }
  if (verb === 'watch') return { verb, name: nameOfSelector(query) }
  return { verb: verb === 'delete' ? 'deletecollection' : verb, name: '' }
}

/** `fieldSelector=metadata.name=x` lets RBAC's resourceNames match a list or watch. */
function nameOfSelector(query: URLSearchParams): string {
  const selector = query.get('fieldSelector')
  if (!selector?.includes('metadata.name')) return ''
  const parsed = parseFieldSelector(selector)
  if ('error' in parsed) return ''
  return parsed.selector.find((r) => r.field === 'metadata.name' && r.equals)?.value ?? ''
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
