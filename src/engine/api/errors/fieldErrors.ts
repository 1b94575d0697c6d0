// Errors of validation: a field path, a type, the bad value and a detail; printed as upstream prints them.
// Upstream: apimachinery pkg/util/validation/field/errors.go

export type FieldErrorType =
  | 'FieldValueRequired'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueDuplicate'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueNotFound'
  | 'FieldValueTypeInvalid'
  | 'InternalError'

export interface FieldError {
  readonly type: FieldErrorType
  /** `spec.containers[0].image`. */
  readonly field: string
  readonly value?: unknown
  /** The value is too big to be shown, or the place is wrong as a whole. */
  readonly omitValue?: boolean
  readonly detail: string
  /** The values that would do, for NotSupported; a view offers them. */
  readonly allowed?: readonly string[]
}
