// The Status bodies that a server refuses with, one constructor for each reason, with upstream's texts.
// Upstream: apimachinery pkg/api/errors/errors.go, pkg/apis/meta/v1/types.go

import { fieldErrorTexts } from './fieldErrorText'
import { goQuote } from '../go/goQuote'
import type { FieldError } from './fieldErrors'
import type { JsonObject } from '../object'

export interface Status extends JsonObject {
  readonly kind: 'Status'
  readonly apiVersion: 'v1'
  readonly metadata: JsonObject
  readonly status: 'Success' | 'Failure'
  readonly message?: string
  readonly reason?: string
  readonly details?: StatusDetails
  readonly code?: number
}

export interface StatusDetails extends JsonObject {
  readonly name?: string
  readonly group?: string
  readonly kind?: string
  readonly uid?: string
  readonly causes?: readonly StatusCause[]
  readonly retryAfterSeconds?: number
}

export interface StatusCause extends JsonObject {
  readonly reason?: string
  readonly message?: string
  readonly field?: string
}

export interface GroupResource {
  readonly group: string
  readonly resource: string
}

/** `pods`, `deployments.apps`. */
export function resourceText({ group, resource }: GroupResource): string {
  return group === '' ? resource : `${resource}.${group}`
}

export function failure(code: number, reason: string | undefined, message: string, details?: StatusDetails): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason === undefined ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code,
  }
}

export function success(details?: StatusDetails, code?: number): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    ...(details ? { details } : {}),
    ...(code === undefined ? {} : { code }),
  }
}

const about = ({ group, resource }: GroupResource, name: string): StatusDetails => ({
  ...(name === '' ? {} : { name }),
  ...(group === '' ? {} : { group }),
  ...(resource === '' ? {} : { kind: resource }),
})

export const notFound = (gr: GroupResource, name: string) =>
  failure(404, 'NotFound', `${resourceText(gr)} ${goQuote(name)} not found`, about(gr, name))

export const alreadyExists = (gr: GroupResource, name: string) =>
  failure(409, 'AlreadyExists', `${resourceText(gr)} ${goQuote(name)} already exists`, about(gr, name))

export const generateNameConflict = (gr: GroupResource, name: string) =>
  failure(
    409,
    'AlreadyExists',
    `${resourceText(gr)} ${goQuote(name)} already exists, the server was not able to generate a unique name for the object`,
    {
      ...about(gr, name),
      retryAfterSeconds: 1,
    },
  )

export const conflict = (gr: GroupResource, name: string, error: string) =>
  failure(409, 'Conflict', `Operation cannot be fulfilled on ${resourceText(gr)} ${goQuote(name)}: ${error}`, about(gr, name))

export const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again'

/** From admission and the registry; authorization's has its own outer form (forbiddenRequest). */
export function forbidden(gr: GroupResource, name: string, error: string, causes?: readonly StatusCause[]): Status {
  const what = name === '' ? resourceText(gr) : `${resourceText(gr)} ${goQuote(name)}`
  return failure(403, 'Forbidden', `${what} is forbidden: ${error}`, { ...about(gr, name), ...(causes ? { causes } : {}) })
}

export function invalid(group: string, kind: string, name: string, errors: readonly FieldError[]): Status {
  const { message, causes } = fieldErrorTexts(errors)
  const qualified = group === '' ? kind : `${kind}.${group}`
  return failure(422, 'Invalid', `${qualified} ${goQuote(name)} is invalid: ${message}`, {
    ...(name === '' ? {} : { name }),
    ...(group === '' ? {} : { group }),
    ...(kind === '' ? {} : { kind }),
    causes,
  })
}

export const badRequest = (message: string) => failure(400, 'BadRequest', message)
export const unauthorized = () => failure(401, 'Unauthorized', 'Unauthorized')
export const notAcceptable = (accepted: string) => failure(406, 'NotAcceptable', `only the following media types are accepted: ${accepted}`)
export const requestEntityTooLarge = (message = 'Request entity too large: limit is 3145728') =>
  failure(413, 'RequestEntityTooLarge', message)
export const unsupportedMediaType = (accepted: string) =>
  failure(415, 'UnsupportedMediaType', `the body of the request was in an unknown format - accepted media types include: ${accepted}`)
/** `instead`: a token for a list that goes on all the same, from there on as things are by then. */
export const expired = (message: string, instead?: string): Status => ({
  ...failure(410, 'Expired', message),
  ...(instead === undefined ? {} : { metadata: { continue: instead } }),
})
/** What a Go error that is no Status becomes: no reason, no details. */
export const goError = (message: string, code = 500) => failure(code, undefined, message)
/** An error that the server itself made one of its own. */
export const internalError = (why: string) =>
  failure(500, 'InternalError', `Internal error occurred: ${why}`, { causes: [{ message: why }] })

/** 504: the server gave up waiting. */
export const timeout = (message: string) => failure(504, 'Timeout', `Timeout: ${message}`, {})

export const tooManyRequests = (message: string) => failure(429, 'TooManyRequests', message, { retryAfterSeconds: 1 })

/** The router's own refusals: no handler was reached. */
export const routeNotFound = () => failure(404, 'NotFound', 'the server could not find the requested resource', {})
export const routeMethodNotAllowed = () =>
  failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {})

export const methodNotSupported = (gr: GroupResource, verb: string) =>
  failure(405, 'MethodNotAllowed', `${verb} is not supported on resources of kind ${JSON.stringify(resourceText(gr))}`, {
    ...(gr.group ? { group: gr.group } : {}),
    kind: gr.resource,
  })

export const timeoutTooLargeVersion = (asked: bigint, current: number) =>
  failure(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  })
