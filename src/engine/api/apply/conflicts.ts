// What stands against an apply: fields that it would change and that others own.
// Upstream: structured-merge-diff merge/conflict.go; apimachinery pkg/util/managedfields/internal/conflict.go

import { failure, type Status } from '../errors/status'
import { goQuote } from '../go/goQuote'
import { pathsOf } from '../managedfields/fieldSets'
import type { FieldsV1, ManagedFieldsEntry } from '../object'

/** What of the applied fields another manager owns. */
export interface Conflict {
  readonly entry: ManagedFieldsEntry
  readonly fields: FieldsV1
}

/** The 409 that names each field with its owner. */
export function conflictStatus(conflicts: readonly Conflict[]): Status {
  const all = conflicts.map(({ entry, fields }) => ({ who: whoOf(entry), paths: pathsOf(fields) })).sort((a, b) => (a.who < b.who ? -1 : 1))
  const causes = all.flatMap(({ who, paths }) =>
    paths.map((field) => ({ reason: 'FieldManagerConflict', message: `conflict with ${who}`, field })),
  )
  const [only] = causes
  const text =
    only && causes.length === 1
      ? `1 conflict: ${only.message}: ${only.field}`
      : `${causes.length} conflicts: ${all.map(({ who, paths }) => [`conflicts with ${who}:`, ...paths.map((p) => `- ${p}`)].join('\n')).join('\n')}`
  return failure(409, 'Conflict', `Apply failed with ${text}`, { causes })
}

function whoOf({ manager, operation, subresource, apiVersion }: ManagedFieldsEntry): string {
  const who = `${goQuote(manager)}${subresource ? ` with subresource ${goQuote(subresource)}` : ''}`
  return operation === 'Apply' ? who : `${who} using ${apiVersion}`
}
