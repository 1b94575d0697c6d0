// A refusal on its way to the client: what is answered, and why, for the reader. Neither goes without the other.

import { goJson } from '../base/json'
import type { FieldError } from '../api/errors/fieldErrors'
import {
  badRequest,
  conflict,
  failure,
  invalid,
  MODIFIED,
  notFound,
  timeoutTooLargeVersion,
  tooManyRequests,
  type GroupResource,
  type Status,
} from '../api/errors/status'
import type { Because, Facts, Why } from '../base/why'
import type { HttpResponse } from '../base/wire'
import { plainText } from './plainText'

export interface Refusal {
  readonly status: Status
  readonly why: Why
  /** As it is sent, where that is not the Status in the form that the client accepts. */
  readonly response?: HttpResponse
}

export const refusal = (status: Status, because: Because, ...facts: readonly Facts[]): Refusal => ({
  status,
  why: { kind: 'because', because, facts },
})

/** The refusal of Go's own multiplexer, which knows no Status. */
export const pageNotFound = (because: Because, facts: Facts): Refusal => ({
  ...refusal(failure(404, 'NotFound', '404 page not found'), because, facts),
  response: plainText(404, '404 page not found\n'),
})

/** 422 with every field that is wrong. */
export const invalidFields = (group: string, kind: string, name: string, errors: readonly FieldError[]): Refusal => ({
  status: invalid(group, kind, name, errors),
  why: fieldsWhy(errors),
})

/** The errors of a validation with the values that would do. */
export function fieldsWhy(errors: readonly FieldError[]): Why {
  const texts = new Map<unknown, string>()
  const textOf = (value: unknown) => {
    const text = texts.get(value) ?? goJson(value)
    texts.set(value, text)
    return text
  }
  const shown = errors.map(({ field, type, detail, value, allowed }) => ({
    field,
    type,
    detail,
    ...(value === undefined ? {} : { value: typeof value === 'string' ? value : textOf(value) }),
    ...(allowed ? { allowed } : {}),
  }))
  return { kind: 'validation', errors: shown }
}

export const missingKey = (gr: GroupResource, name: string, key: string): Refusal => ({
  status: notFound(gr, name),
  why: { kind: 'notFound', key },
})

/** Somebody else wrote first. */
export const lostTo = (gr: GroupResource, name: string, why: Omit<Extract<Why, { kind: 'conflict' }>, 'kind'>): Refusal => ({
  status: conflict(gr, name, MODIFIED),
  why: { kind: 'conflict', ...why },
})

export const versionAhead = (asked: string, current: number): Refusal =>
  refusal(timeoutTooLargeVersion(BigInt(asked), current), 'versionAhead', { sent: asked, current: String(current) })

/** Of what only the watch cache could answer, while it has lost touch with etcd. Upstream: apiserver pkg/storage/cacher/{cacher,delegator}.go */
export const cacheBehind = ({ resource, storage = '' }: { readonly resource: string; readonly storage?: string }): Refusal =>
  refusal(tooManyRequests('storage is (re)initializing'), 'cacheBehind', { resource, key: `/registry/${storage}/` })

export const otherName = (
  inBody: string,
  inPath: string,
  text = `the name of the object (${inBody}) does not match the name on the URL (${inPath})`,
): Refusal => refusal(badRequest(text), 'nameMismatch', { inBody, inPath })

/** Why an object may not be written under this name of a URL. Upstream: apiserver pkg/endpoints/handlers/rest.go checkName */
export function wrongName(given: string | undefined, name: string): Refusal | null {
  if (given === name) return null
  if (!given) return otherName('', name, `the name of the object (${name} based on URL) was undeterminable: name must be provided`)
  return otherName(given, name)
}

export const otherNamespace = (inBody: string, inPath: string): Refusal =>
  refusal(badRequest('the namespace of the provided object does not match the namespace sent on the request'), 'namespaceMismatch', {
    inBody,
    inPath,
  })

/** A field without which the question cannot be answered, refused without naming it as a field. */
export const lacking = (status: Status, field: string): Refusal => ({
  status,
  why: fieldsWhy([{ type: 'FieldValueRequired', field, detail: status.message ?? '' }]),
})
