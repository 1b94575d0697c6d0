// A field error as the server prints it: `spec.containers[0].image: Required value`.
// Upstream: apimachinery pkg/util/validation/field/errors.go

import type { FieldError, FieldErrorType } from './fieldErrors'
import { goQuote } from './goQuote'

const WORDS: Readonly<Record<FieldErrorType, string>> = {
  FieldValueRequired: 'Required value',
  FieldValueInvalid: 'Invalid value',
  FieldValueTypeInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  FieldValueNotFound: 'Not found',
  InternalError: 'Internal error',
}
const WITHOUT_VALUE = new Set<FieldErrorType>(['FieldValueRequired', 'FieldValueForbidden', 'FieldValueTooLong', 'InternalError'])

/** With its field: one part of the Status' message. */
export function fieldErrorText(error: FieldError): string {
  return `${error.field}: ${fieldErrorBody(error)}`
}

/** Without its field: the message of a cause. */
export function fieldErrorBody({ type, value, detail, omitValue }: FieldError): string {
  const head = omitValue || WITHOUT_VALUE.has(type) ? WORDS[type] : `${WORDS[type]}: ${printed(value)}`
  return detail ? `${head}: ${detail}` : head
}

function printed(value: unknown): string {
  if (typeof value === 'string') return goQuote(value)
  if (value === undefined || value === null) return 'null'
  return JSON.stringify(value)
}
