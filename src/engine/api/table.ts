// The table that kubectl prints is made here, by the server: cells, column definitions, and metadata-only views of objects.
// Upstream: apiserver pkg/endpoints/handlers/response.go, kubernetes pkg/printers/storage

import type { Column, Kind } from './kind'
import type { ApiObject, JsonObject } from './object'
import { ageColumn, createdColumn, nameColumn } from './kinds/columns'

type ViewVersion = 'v1' | 'v1beta1'
/** For a kind without printer columns, custom resources among them. */
const PLAIN: readonly Column[] = [nameColumn, ageColumn]

export interface TableOptions {
  readonly includeObject: 'None' | 'Metadata' | 'Object'
  /** Virtual epoch milliseconds. */
  readonly now: number
  readonly metadata: JsonObject
  /** A watch sends them only with its first event. */
  readonly withColumns: boolean
  readonly version: ViewVersion
}

export function tableOf(
  kind: Pick<Kind, 'columns' | 'internalMetadata' | 'rowConditions' | 'rowOrder'>,
  objects: readonly ApiObject[],
  { includeObject, now, metadata, withColumns, version }: TableOptions,
): JsonObject {
  const columns = kind.columns ?? PLAIN
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${version}`,
    metadata,
    columnDefinitions: withColumns
      ? columns
          .filter((c) => !c.undeclared)
          .map(({ name, type, format = '', description, priority }) => ({ name, type, format, description, priority }))
      : null,
    // The tables that are not made by kubernetes' own printers, and show the time itself, begin with no rows at all.
    rows:
      objects.length === 0 && columns.some((c) => c.name === createdColumn.name)
        ? null
        : (kind.rowOrder ? [...objects].sort(kind.rowOrder) : objects).map((object) => ({
            cells: columns.map((c) => c.cell(object, now)),
            ...conditionsOf(kind.rowConditions?.(object)),
            object: includeObject === 'None' ? null : includeObject === 'Object' ? object : partialOf(kind, object, version),
          })),
  }
}

export function partialOf(kind: Pick<Kind, 'internalMetadata'>, object: ApiObject, version: ViewVersion): JsonObject {
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: `meta.k8s.io/${version}`,
    metadata: kind.internalMetadata?.(object) ?? object.metadata,
  }
}

const conditionsOf = (conditions: readonly JsonObject[] = []) => (conditions.length === 0 ? {} : { conditions })
