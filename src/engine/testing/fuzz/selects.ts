// Which objects a list or watch asks for, by an evaluation of its own: simple comparisons of labels and fields. Tests only.

import type { ApiObject } from '../../api/object'

/** Null for a selector that is not simple. */
export function selectorOf(query: URLSearchParams): ((object: ApiObject) => boolean) | null {
  const labels = termsOf(query.get('labelSelector'))
  const fields = termsOf(query.get('fieldSelector'))
  if (!labels || !fields) return null
  return (object) =>
    labels.every(({ name, is, value }) => (object.metadata.labels?.[name] === value) === is) &&
    fields.every(({ name, is, value }) => (fieldOf(object, name) === value) === is)
}

interface Term {
  readonly name: string
  readonly is: boolean
  readonly value: string
}

function termsOf(text: string | null): readonly Term[] | null {
  if (!text) return []
  const terms = text.split(',').map((term): Term | null => {
    const [, name, not, value] = /^([\w./-]+)(!?)==?([\w./-]*)$/.exec(term) ?? []
    return name === undefined ? null : { name, is: not !== '!', value: value ?? '' }
  })
  return terms.includes(null) ? null : (terms as Term[])
}

function fieldOf(object: ApiObject, path: string): string {
  let at: unknown = object
  for (const name of path.split('.')) at = (at as Readonly<Record<string, unknown>> | undefined)?.[name]
  return at === undefined ? '' : String(at)
}
