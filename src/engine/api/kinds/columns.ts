// Columns that many kinds share, and the cells they print.
// Upstream: kubernetes pkg/printers/internalversion/printers.go

import { isDefaultClass } from './defaultClass'
import { humanDuration } from '../scalars/duration'
import type { Column } from '../kind'
import { parseTime } from '../scalars/time'

/** Upstream's description of the age column: metav1.ObjectMeta's swagger doc of creationTimestamp. */
const CREATED =
  'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata'
const NAME =
  'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names'

type Cell = Column['cell']

export const column = (name: string, description: string, cell: Cell, more: Partial<Column> = {}): Column => ({
  name,
  type: 'string',
  format: '',
  description,
  priority: 0,
  cell,
  ...more,
})

export const nameColumn: Column = column('Name', NAME, (o) => o.metadata.name ?? '', { format: 'name' })
/** The name, and `(default)` behind one that an annotation marks as the default of its kind. */
export const defaultName = (marks: readonly string[]): Column => ({
  ...nameColumn,
  cell: (object) => `${object.metadata.name ?? ''}${isDefaultClass(object, marks) ? ' (default)' : ''}`,
})
export const ageColumn: Column = column('Age', CREATED, (o, now) => age(o.metadata.creationTimestamp, now))
/** roles and clusterroles print the time itself. */
export const createdColumn: Column = column('Created At', CREATED, (o) => o.metadata.creationTimestamp ?? '<unknown>', {
  type: 'date',
})

/** `5m12s`; `<unknown>` without a time. */
export function age(timestamp: string | null | undefined, now: number): string {
  return timestamp ? humanDuration(now - parseTime(timestamp)) : '<unknown>'
}

export const wide = { priority: 1 } as const
export const integer = { type: 'integer' } as const
export const boolean = { type: 'boolean' } as const
