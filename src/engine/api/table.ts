// The table that kubectl prints is made here, by the server: cells, column definitions, and metadata-only views of objects.
// Upstream: apiserver pkg/endpoints/handlers/response.go, kubernetes pkg/printers/storage

import type { Column, Kind } from './kind'
import type { ApiObject, JsonObject } from './object'
import { ageColumn, nameColumn } from './kinds/columns'

const META = 'meta.k8s.io/v1'
/** For a kind without printer columns, custom resources among them. */
const PLAIN: readonly Column[] = [nameColumn, ageColumn]

export interface TableOptions {
  readonly includeObject: 'None' | 'Metadata' | 'Object'
  /** Virtual epoch milliseconds. */
  readonly now: number
  readonly metadata: JsonObject
  /** A watch sends them only with its first event. */
  readonly withColumns: boolean
}

export function tableOf(
  kind: Pick<Kind, 'columns' | 'internalMetadata'>,
  objects: readonly ApiObject[],
  { includeObject, now, metadata, withColumns }: TableOptions,
): JsonObject {
  const columns = kind.columns ?? PLAIN
  return {
    kind: 'Table',
    apiVersion: META,
    metadata,
    columnDefinitions: withColumns
      ? columns.map(({ name, type, format = '', description, priority }) => ({ name, type, format, description, priority }))
      : null,
    rows: objects.map((object) => ({
      cells: columns.map((c) => c.cell(object, now)),
      object: includeObject === 'None' ? null : includeObject === 'Object' ? object : partialOf(kind, object),
    })),
  }
}

export function partialOf(kind: Pick<Kind, 'internalMetadata'>, object: ApiObject): JsonObject {
  return { kind: 'PartialObjectMetadata', apiVersion: META, metadata: kind.internalMetadata?.(object) ?? object.metadata }
}
