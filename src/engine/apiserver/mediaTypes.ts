// What a client accepts and what it sends: JSON, YAML, a Table or metadata alone.
// Leaves out: protobuf and CBOR (a client that prefers them is answered in JSON, which all of them accept too).
// Upstream: apiserver pkg/endpoints/handlers/negotiation

import { failure, notAcceptable, type Status } from '../api/status'

export interface Accepted {
  readonly type: 'json' | 'yaml'
  readonly as: 'object' | 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList'
}

export const OBJECT_TYPES = 'application/json, application/yaml, application/vnd.kubernetes.protobuf'
const cached = new Map<string, Accepted | null>()

/** Null when nothing of what the client accepts can be had. */
export function accepted(header: string | undefined): Accepted | null {
  const key = header ?? ''
  let known = cached.get(key)
  if (known === undefined) {
    known = negotiate(key)
    if (cached.size < 256) cached.set(key, known)
  }
  return known
}

function negotiate(header: string): Accepted | null {
  if (header.trim() === '') return { type: 'json', as: 'object' }
  for (const clause of header.split(',')) {
    const [type = '', ...parameters] = clause.split(';').map((p) => p.trim())
    const value = (name: string) => parameters.find((p) => p.startsWith(`${name}=`))?.slice(name.length + 1)
    const media =
      type === '*/*' || type === 'application/*' || type === 'application/json' ? 'json' : type === 'application/yaml' ? 'yaml' : null
    if (!media) continue
    const as = value('as')
    if (as === undefined) return { type: media, as: 'object' }
    const ok = value('g') === 'meta.k8s.io' && value('v') === 'v1'
    if (ok && (as === 'Table' || as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList')) return { type: media, as }
  }
  return null
}

/** How much of each object a Table carries. */
export function includeOf(query: URLSearchParams): 'None' | 'Metadata' | 'Object' {
  return (query.get('includeObject') || 'Metadata') as 'None' | 'Metadata' | 'Object'
}

const ROUTER_TYPES = 'application/json, application/yaml, application/vnd.kubernetes.protobuf, application/cbor'

/** The refusal of a client that accepts nothing the server has; null where it does. A write is refused before it is decoded. */
export function refusedMediaType(accept: string | undefined): Status | null {
  if (accepted(accept)) return null
  return /as=/.test(accept ?? '')
    ? notAcceptable(OBJECT_TYPES)
    : failure(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${ROUTER_TYPES}`, {})
}
