// A request's label and field selectors, and the check of its ListOptions.
// Upstream: apiserver pkg/storage/selection_predicate.go, apimachinery pkg/apis/meta/internalversion/validation

import { matchesLabels, type LabelSelector } from '../api/selectors/labelSelector'
import { parseFieldSelector, type FieldRequirement } from '../api/selectors/parseFieldSelector'
import { parseLabelSelector } from '../api/selectors/parseLabelSelector'
import { goQuote } from '../api/go/goQuote'
import type { Kind } from '../api/kind'
import type { ApiObject } from '../api/object'
import { badRequest, goError, type Status } from '../api/errors/status'
import { NONE, notAllowed, oneOf, Path, type Errors } from '../api/validation/rules'
import { intProblem, revisionProblem } from './queryValues'
import { invalidFields, refusal, type Refusal } from './refusal'
import type { RequestContext } from './requestContext'

export interface Selection {
  readonly empty: boolean
  /** The value that the kind's `watchedBy` field must have, if the selector asks for one. */
  readonly watched?: string
  /** It can find one object alone: name and namespace are known. */
  readonly single?: true
  matches(object: ApiObject): boolean
}

/** What the request selects, or what is wrong with its selectors. */
export function selectionOf({ info, kind }: RequestContext): Selection | Refusal {
  const { query } = info
  const labels = parseLabelSelector(query.get('labelSelector') ?? '')
  if ('error' in labels) return unreadable('labelSelector', query, labels.error)
  const fields = parseFieldSelector(query.get('fieldSelector') ?? '')
  if ('error' in fields) return unreadable('fieldSelector', query, fields.error)
  for (const { field } of fields.selector) {
    const refused = refusedField(field, kind as Kind)
    if (refused !== null)
      return refusal(badRequest(refused), 'fieldNotSelectable', {
        field,
        resource: info.resource,
        supported: ['metadata.name', 'metadata.namespace', ...Object.keys((kind as Kind).fieldSelectors ?? {})].join(', '),
      })
  }
  const exact = fields.selector.find(({ field, equals }) => field === 'metadata.name' && equals)
  if (info.name !== '' && fields.selector.length > 0 && exact?.value !== info.name)
    return unreadable('fieldSelector', query, "fieldSelector metadata.name doesn't match requested name")
  const name = info.name === '' ? [] : [{ field: 'metadata.name', equals: true, value: info.name }]
  return selection(labels.selector, [...fields.selector, ...name], kind as Kind, info.namespace)
}

/** Kinds that say which fields they select by know of no namespace where they have none. */
function refusedField(field: string, { fieldSelectors, fieldRefusal, namespaced }: Kind): string | null {
  if (field === 'metadata.name' || (field === 'metadata.namespace' && (namespaced || !fieldSelectors))) return null
  if (!fieldSelectors) return `${goQuote(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`
  if (Object.hasOwn(fieldSelectors, field)) return null
  return fieldRefusal?.(field) ?? `field label not supported: ${field}`
}

const unreadable = (parameter: string, query: URLSearchParams, problem: string): Refusal =>
  refusal(badRequest(problem), 'selector', { parameter, sent: query.get(parameter) ?? '', problem })

const everything: Selection = { empty: true, matches: () => true }

function selection(labels: LabelSelector, fields: readonly FieldRequirement[], kind: Kind, namespace: string): Selection {
  if (labels.length === 0 && fields.length === 0) return everything
  const watched = fields.find((f) => f.field === kind.watchedBy && f.equals)?.value
  const single = (namespace !== '' || !kind.namespaced) && fields.some(({ field, equals }) => field === 'metadata.name' && equals)
  const readers = fields.map((f) => ({ ...f, read: readerOf(f.field, kind) }))
  return {
    empty: false,
    ...(single ? { single } : {}),
    ...(watched === undefined ? {} : { watched }),
    matches: (object) =>
      readers.every(({ read, equals, value }) => (read(object) === value) === equals) &&
      (labels.length === 0 || matchesLabels(labels, object.metadata.labels)),
  }
}

function readerOf(field: string, kind: Kind): (object: ApiObject) => string {
  if (field === 'metadata.name') return (o) => o.metadata.name ?? ''
  if (field === 'metadata.namespace') return (o) => o.metadata.namespace ?? ''
  return kind.fieldSelectors![field]!
}

/** What is wrong with the options of a LIST, WATCH or deletecollection. */
export function checkListOptions({ info: { query, verb } }: RequestContext): Refusal | null {
  for (const number of ['timeoutSeconds', 'limit']) {
    const given = query.get(number)
    const wrong = given === null ? null : notANumber(number, given)
    if (wrong) return wrong
  }
  const version = query.get('resourceVersion') ?? ''
  const errors = verb === 'watch' ? watchOptionErrors(query) : listOptionErrors(query)
  if (errors.length > 0) return invalidFields('meta.k8s.io', 'ListOptions', '', errors)
  return badVersion(version, verb === 'watch' ? goError : (text) => badRequest(`invalid resource version: ${text}`))
}

/** The refusal of a `resourceVersion` that is none; null where it is one, or absent. */
export function badVersion(version: string, statusOf: (text: string) => Status): Refusal | null {
  const problem = version === '' ? null : revisionProblem(version)
  if (problem === null) return null
  return refusal(statusOf(`resourceVersion: Invalid value: ${goQuote(version)}: ${problem}`), 'parameter', {
    parameter: 'resourceVersion',
    sent: version,
    expected: DIGITS,
  })
}

/** What a revision or a number must be, for the reader. */
export const DIGITS = '0, 1, 2 …'

/** The refusal of a number of the query that is none; null where it is one. */
export function notANumber(parameter: string, sent: string): Refusal | null {
  const problem = intProblem(sent)
  return problem ? refusal(badRequest(problem), 'parameter', { parameter, sent, expected: DIGITS }) : null
}

const MATCH = Path.root('resourceVersionMatch')

function listOptionErrors(query: URLSearchParams): Errors {
  const [match, version] = [query.get('resourceVersionMatch') ?? '', query.get('resourceVersion') ?? '']
  const initial = query.has('sendInitialEvents')
    ? notAllowed(Path.root('sendInitialEvents'), 'sendInitialEvents is forbidden for list')
    : NONE
  if (match === '') return initial
  return [
    ...(version === '' ? notAllowed(MATCH, 'resourceVersionMatch is forbidden unless resourceVersion is provided') : NONE),
    ...(query.get('continue') ? notAllowed(MATCH, 'resourceVersionMatch is forbidden when continue is provided') : NONE),
    ...oneOf(match, ['Exact', 'NotOlderThan', ''], MATCH),
    ...(match === 'Exact' && version === '0'
      ? notAllowed(MATCH, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"')
      : NONE),
    ...initial,
  ]
}

export const isFromNow = (version: string) => version === '' || version === '0'

/** Whether a watch gets what is there first without a word of it, as if it had asked for both `sendInitialEvents` and `NotOlderThan`. */
export const beginsWithAll = (query: URLSearchParams) =>
  isFromNow(query.get('resourceVersion') ?? '') && !query.get('resourceVersionMatch') && !query.has('sendInitialEvents')

function watchOptionErrors(query: URLSearchParams): Errors {
  const sent = query.get('resourceVersionMatch') ?? ''
  const defaulted = beginsWithAll(query)
  const match = defaulted ? 'NotOlderThan' : sent
  const initial = defaulted || query.has('sendInitialEvents')
  return [
    ...(initial && match !== 'NotOlderThan'
      ? notAllowed(MATCH, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')
      : NONE),
    ...(match !== '' && !initial
      ? notAllowed(MATCH, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided')
      : NONE),
    ...(match === '' ? NONE : oneOf(match, ['NotOlderThan'], MATCH)),
    ...(match !== '' && query.get('continue') ? notAllowed(MATCH, 'resourceVersionMatch is forbidden when continue is provided') : NONE),
  ]
}
