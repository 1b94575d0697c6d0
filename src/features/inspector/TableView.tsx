import { useState } from 'react'
import type { JsonObject } from '../../engine/index'
import { fill } from '../../i18n/rich'
import type { InspectorMessages } from '../../i18n/messages/en/inspector'
import { tableRows } from '../../kubectl/printers/tableText'
import { Forms } from './Forms'

export interface TableViewProps {
  readonly table: JsonObject
  readonly words: InspectorMessages
}

/** The Table that the server made for kubectl: as kubectl shows it, or with all the columns that came. */
export function TableView({ table, words }: TableViewProps) {
  const [columns, setColumns] = useState<'shown' | 'all'>('shown')
  const [header = [], ...rows] = tableRows(table, { wide: columns === 'all' })
  const wide = ((table.columnDefinitions ?? []) as readonly JsonObject[]).filter((column) => column.priority).map((column) => column.name)
  return (
    <>
      <p className="quiet-text">{words.tableIs}</p>
      {wide.length > 0 && (
        <Forms<'shown' | 'all'>
          label={words.columns}
          forms={[
            ['shown', words.shownColumns],
            ['all', words.allColumns],
          ]}
          chosen={columns}
          onChoose={setColumns}
        />
      )}
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
