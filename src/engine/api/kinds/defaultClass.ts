// Which class is the default of its kind: one that an annotation marks as such, the newest where there are several.
// Upstream: kubernetes pkg/volume/util/storageclass.go (GetDefaultClass), plugin/pkg/admission/network/defaultingressclass

import type { ApiObject } from '../object'

/** Whether one of the annotations marks it. */
export const isDefaultClass = ({ metadata }: ApiObject, marks: readonly string[]): boolean =>
  marks.some((mark) => metadata.annotations?.[mark] === 'true')

/** The name of the newest; of the same second, the first by name. */
export function defaultClass(classes: Iterable<ApiObject>, marks: readonly string[]): string | undefined {
  const born = ({ metadata }: ApiObject) => metadata.creationTimestamp ?? ''
  const named = ({ metadata }: ApiObject) => metadata.name ?? ''
  const marked = [...classes].filter((object) => isDefaultClass(object, marks))
  marked.sort((a, b) => (born(a) === born(b) ? (named(a) < named(b) ? -1 : 1) : born(a) < born(b) ? 1 : -1))
  return marked[0]?.metadata.name
}
