// The errors of a validation as the trace keeps them: with the values that would do.
// Upstream: apimachinery pkg/util/validation/field/errors.go

import type { FieldError } from '../api/fieldErrors'
import type { Why } from '../base/hop'

export function fieldsWhy(errors: readonly FieldError[]): Why {
  const shown = errors.map(({ field, type, detail, value, allowed }) => ({
    field,
    type,
    detail,
    ...(value === undefined ? {} : { value: typeof value === 'string' ? value : JSON.stringify(value) }),
    ...(allowed ? { allowed } : {}),
  }))
  return { kind: 'validation', errors: shown }
}
