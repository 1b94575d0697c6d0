// The server's Table as text: columns padded with three spaces, at least six wide, the last one bare.
// Upstream: cli-runtime pkg/printers/{tableprinter,tabwriter}.go

import type { Json, JsonObject } from '../../engine/index'
import { own } from '../../engine/index'

export interface TableStyle {
  readonly wide?: boolean
  readonly headers?: boolean
  readonly withNamespace?: boolean
  readonly showLabels?: boolean
  readonly labelColumns?: readonly string[]
  /** `pod`: names are printed as `pod/web`. */
  readonly withKind?: string
}

interface ColumnDefinition extends JsonObject {
  readonly name: string
  readonly priority?: number
}

interface Row extends JsonObject {
  readonly cells: readonly Json[]
  readonly object?: JsonObject
}

/** Remembers column widths, as kubectl's writer does while it watches. */
export class Columns {
  private readonly widths: number[] = []

  constructor(
    private readonly minimum = 6,
    private readonly padding = 3,
  ) {}

  lines(rows: readonly (readonly string[])[]): string {
    for (const row of rows)
      row.slice(0, -1).forEach((cell, i) => (this.widths[i] = Math.max(this.widths[i] ?? this.minimum, [...cell].length + this.padding)))
    return rows
      .map(
        (row) =>
          `${row.map((cell, i) => (i === row.length - 1 ? cell : cell + ' '.repeat(this.widths[i]! - [...cell].length))).join('')}\n`,
      )
      .join('')
  }
}

/** The lines of a Table, the header first if the style has one. */
export function tableRows(table: JsonObject, style: TableStyle, columns?: readonly ColumnDefinition[]): string[][] {
  const definitions = columns ?? (table.columnDefinitions as readonly ColumnDefinition[] | undefined) ?? []
  const shown = definitions.flatMap((column, i) => (style.wide || !column.priority ? [i] : []))
  const labels = style.labelColumns ?? []
  const header = [
    ...(style.withNamespace ? ['NAMESPACE'] : []),
    ...shown.map((i) => definitions[i]!.name.toUpperCase()),
    ...labels.map((label) => label.slice(label.lastIndexOf('/') + 1).toUpperCase()),
    ...(style.showLabels ? ['LABELS'] : []),
  ]
  const rows = ((table.rows ?? []) as readonly Row[]).map((row) => {
    const metadata = (row.object?.metadata ?? {}) as { namespace?: string; labels?: Record<string, string> }
    return [
      ...(style.withNamespace ? [metadata.namespace ?? ''] : []),
      ...shown.map((i) => (i === 0 && style.withKind ? `${style.withKind}/` : '') + cellText(row.cells[i])),
      ...labels.map((label) => own(metadata.labels, label) ?? ''),
      ...(style.showLabels ? [labelText(metadata.labels)] : []),
    ]
  })
  return style.headers === false ? rows : [header, ...rows]
}

export function labelText(labels: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`)
  return pairs.length === 0 ? '<none>' : pairs.sort().join(',')
}

function cellText(cell: Json | undefined): string {
  if (cell === null || cell === undefined) return ''
  const text = String(cell)
  const end = text.search(/[\f\n\r]/)
  return end < 0 ? text : `${text.slice(0, end)}...`
}
