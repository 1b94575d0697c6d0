// The names by which CEL reaches the fields of a custom resource: what is no identifier, or is a word of the language, is escaped.
// Upstream: apiserver pkg/cel/escaping.go

const RESERVED = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '),
)

export function escapedField(name: string): string {
  if (RESERVED.has(name)) return `__${name}__`
  if (!/[^A-Za-z0-9_]|__/.test(name)) return name
  return name.replaceAll('__', '__underscores__').replaceAll('.', '__dot__').replaceAll('-', '__dash__').replaceAll('/', '__slash__')
}
