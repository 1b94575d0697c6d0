// A field error as the server prints it: `spec.containers[0].image: Required value`.
// Upstream: apimachinery pkg/util/validation/field/errors.go

import { aggregated } from './aggregated'
import type { FieldError, FieldErrorType } from './fieldErrors'
import { goQuote } from '../go/goQuote'
import { goJson } from '../../base/json'

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
export const fieldErrorText = (error: FieldError): string => `${error.field}: ${bodyOf(error, printed)}`

/**
 * Characters of errors that one answer tells of; it leaves out those beyond. A list may be shown once for each of its items: the square of
 * ten thousand no text can hold.
 */
const MOST = 2 ** 25

/**
 * What a Status tells of errors: each text once, in its message and among its causes. A value that several show is printed once.
 * Upstream: apimachinery pkg/util/validation/field/errors.go (ErrorList.Filter), apiserver pkg/registry/rest/validate.go
 */
export function fieldErrorTexts(errors: readonly FieldError[]) {
  const values = new Map<unknown, string>()
  const print = (value: unknown) => {
    const text = values.get(value) ?? printed(value)
    values.set(value, text)
    return text
  }
  const told = new Map<string, FieldError | Told>()
  const isTold = (error: FieldError): boolean => {
    const before = told.get(error.field)
    if (before === undefined) {
      told.set(error.field, error)
      return false
    }
    if (before instanceof Told) return before.again(error, print)
    const several = new Told()
    several.again(before, print)
    told.set(error.field, several)
    return several.again(error, print)
  }
  const causes: { readonly reason: FieldErrorType; readonly message: string; readonly field: string }[] = []
  const texts: string[] = []
  let left = MOST
  for (const error of errors) {
    const { type: reason, field } = error
    const message = bodyOf(error, print)
    left -= field.length + message.length
    if (left < 0) break
    if (isTold(error)) continue
    causes.push({ reason, message, field })
    texts.push(`${field}: ${message}`)
  }
  return { message: aggregated(texts), causes }
}

/**
 * What was told of one field. Not by its whole texts: those of one long value differ at their ends alone, and many would be compared up to
 * there; a long detail that many share is looked at once.
 */
class Told {
  private readonly values = new Map<FieldErrorType, Map<string, Set<unknown>>>()

  again(error: FieldError, print: (value: unknown) => string): boolean {
    const { type, detail } = error
    let byDetail = this.values.get(type)
    if (!byDetail) this.values.set(type, (byDetail = new Map()))
    let shown = byDetail.get(detail)
    if (!shown) byDetail.set(detail, (shown = new Set()))
    return shown.size === shown.add(showsValue(error) ? print(error.value) : undefined).size
  }
}

const showsValue = ({ type, omitValue }: FieldError) => !omitValue && !WITHOUT_VALUE.has(type)

/** Without its field: the message of a cause. */
function bodyOf(error: FieldError, print: (value: unknown) => string): string {
  const { type, value, detail } = error
  const head = showsValue(error) ? `${WORDS[type]}: ${print(value)}` : WORDS[type]
  return detail ? `${head}: ${detail}` : head
}

function printed(value: unknown): string {
  if (typeof value === 'string') return goQuote(value)
  if (value === undefined || value === null) return 'null'
  return goJson(value).replace(/[<>&]/g, (c) => ESCAPES[c]!)
}

/** As Go writes them into JSON, lest a browser takes them for HTML. */
const ESCAPES: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' }
