// Several errors as one text.
// Upstream: apimachinery pkg/util/errors (Aggregate)

export const aggregated = (errors: readonly string[]): string => (errors.length === 1 ? errors[0]! : `[${errors.join(', ')}]`)
