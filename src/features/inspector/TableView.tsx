import type { JsonObject } from '../../engine/index'
import { fill } from '../../i18n/rich'
import type { InspectorMessages } from '../../i18n/messages/en/inspector'
import { tableRows } from '../../kubectl/printers/tableText'

export interface TableViewProps {
  readonly table: JsonObject
  readonly words: InspectorMessages
}

/** The Table that the server made for kubectl, all columns in it: kubectl only aligns those that it shows. */
export function TableView({ table, words }: TableViewProps) {
  const [header = [], ...rows] = tableRows(table, { wide: true })
  const wide = ((table.columnDefinitions ?? []) as readonly JsonObject[]).filter((column) => column.priority).map((column) => column.name)
  return (
    <>
      <p className="quiet-text">{words.tableIs}</p>
      <div className="wide-table" role="region" aria-label={words.table} tabIndex={0}>
        <table className="why-table">
          <thead>
            <tr>
              {header.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, i) => (
              <tr key={i}>
                {row.map((cell, column) => (
                  <td key={column}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length === 0 && <p className="quiet-text">{words.noRows}</p>}
      {wide.length > 0 && <p className="quiet-text">{fill(words.wideOnly, { columns: wide.join(', ') })}</p>}
    </>
  )
}
