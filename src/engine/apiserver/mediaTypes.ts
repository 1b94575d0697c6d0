// What a client accepts and what it sends: JSON, YAML, a Table or metadata alone.
// Leaves out: protobuf and CBOR (a client that prefers them is answered in JSON, which all of them accept too).
// Upstream: apiserver pkg/endpoints/handlers/negotiation

import type { Kind, Subresource } from '../api/kind'
import { failure, notAcceptable, type Status } from '../api/errors/status'
import { refusal, type Refusal } from './refusal'
import type { RequestContext } from './requestContext'

export interface Accepted {
  readonly type: 'json' | 'yaml'
  readonly as: 'object' | 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList'
  /** Of the view that `as` names. */
  readonly version: 'v1' | 'v1beta1'
}

const VIEWS = ['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList'] as const
const VIEW_VERSIONS = ['v1', 'v1beta1'] as const

export const OBJECT_TYPES = 'application/json, application/yaml, application/vnd.kubernetes.protobuf'
const CUSTOM_TYPES = 'application/json, application/yaml'
const cached = new Map<string, Accepted | null>()

/** The forms in which an object of a kind can be had. */
export const typesOf = (kind: Kind | null) => (kind?.custom ? CUSTOM_TYPES : OBJECT_TYPES)

/** Null when nothing of what the client accepts can be had. Of what is never stored (a review) there is no view. */
export function accepted(header: string | undefined, kind: Kind | null, subresource: Subresource | null = null): Accepted | null {
  const views = (!kind || kind.storage !== undefined || kind.live !== undefined) && !subresource?.viewless
  const key = `${views ? '' : '-'}${header ?? ''}`
  let known = cached.get(key)
  if (known === undefined) {
    known = negotiate(header ?? '', views)
    if (cached.size < 256) cached.set(key, known)
  }
  return known
}

function negotiate(header: string, views: boolean): Accepted | null {
  if (header.trim() === '') return { type: 'json', as: 'object', version: 'v1' }
  for (const { type, parameters } of [...clausesOf(header)].sort(byQuality)) {
    const media =
      type === '*/*' || type === 'application/*' || type === 'application/json' ? 'json' : type === 'application/yaml' ? 'yaml' : null
    if (!media) continue
    const { as, g, v } = parameters
    if (as === undefined && g === undefined && v === undefined) return { type: media, as: 'object', version: 'v1' }
    const view = VIEWS.find((name) => name === as)
    const version = VIEW_VERSIONS.find((name) => name === v)
    if (views && view && version && g === 'meta.k8s.io') return { type: media, as: view, version }
  }
  return null
}

/** What a client likes best comes first, and what it names before what it leaves open. Upstream: munnerz/goautoneg */
function byQuality(a: Clause, b: Clause): number {
  const quality = ({ parameters: { q } }: Clause) => (q === undefined ? 1 : Number(q) || 0)
  const open = ({ type }: Clause) => (type.startsWith('*') ? 2 : type.endsWith('*') ? 1 : 0)
  return quality(b) - quality(a) || open(a) - open(b)
}

export interface Clause {
  readonly type: string
  readonly parameters: Readonly<Record<string, string>>
}

/** What a client accepts, in its order. */
export function clausesOf(header: string): readonly Clause[] {
  return header.split(',').map((clause) => {
    const [type = '', ...rest] = clause.split(';').map((p) => p.trim())
    const pairs = rest.map((p): [string, string] => [p.split('=', 1)[0]!, p.slice(p.indexOf('=') + 1)])
    return { type, parameters: Object.fromEntries(pairs) }
  })
}

/** How much of each object a Table carries. */
export function includeOf(query: URLSearchParams): 'None' | 'Metadata' | 'Object' {
  return (query.get('includeObject') || 'Metadata') as 'None' | 'Metadata' | 'Object'
}

const STREAMS = ['application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch']
const ROUTED = new Set(OBJECT_TYPES.split(', '))

/**
 * The refusal of a client that accepts nothing the server has; null where it does. First the router looks, by names alone (custom
 * resources have none); then the negotiation, which knows wildcards and views. A write is refused before it is decoded.
 */
export function refusedMediaType(
  { http, kind, subresource }: Pick<RequestContext, 'http' | 'kind' | 'subresource'>,
  lists = false,
): Refusal | null {
  const { accept } = http.headers
  if (!kind?.custom && !routed(accept ?? '', lists)) {
    const types = lists ? [OBJECT_TYPES, ...STREAMS].join(', ') : OBJECT_TYPES
    return unacceptable(accept, types, failure(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${types}`, {}))
  }
  return accepted(accept, kind, subresource) ? null : unacceptable(accept, typesOf(kind), notAcceptable(typesOf(kind)))
}

/** A watch is a stream, which YAML is not. */
export function refusedStream(accept: string | undefined, kind: Kind | null): Refusal | null {
  if (accepted(accept, kind)?.type !== 'yaml') return null
  const supported = (kind?.custom ? STREAMS.slice(0, 1) : STREAMS).join(', ')
  return unacceptable(accept, supported, notAcceptable(supported))
}

export const unacceptable = (sent: string | undefined, supported: string, status: Status): Refusal =>
  refusal(status, 'accept', { header: 'Accept', sent: sent ?? '', supported })

function routed(accept: string, lists: boolean): boolean {
  if (accept.trim() === '') return true
  return accept.split(',').some((clause) => {
    const [type = ''] = clause.split(';')
    return type.trim() === '*/*' || ROUTED.has(type.trim()) || (lists && STREAMS.includes(clause.trim()))
  })
}
