import { useState } from 'react'
import type { HopIndex, HttpResponse, Json, JsonObject, RequestRecord } from '../../engine/index'
import type { InspectorMessages } from '../../i18n/messages/en/inspector'
import { Forms } from './Forms'
import { bodyText, headerName } from './RequestPanel'
import { TableView } from './TableView'

export interface ResponsePanelProps {
  readonly record: RequestRecord | null
  readonly position: HopIndex
  readonly words: InspectorMessages
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  409: 'Conflict',
  410: 'Gone',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  504: 'Gateway Timeout',
}

/** The answer, once it was given. */
export function ResponsePanel({ record, position, words }: ResponsePanelProps) {
  const [form, setForm] = useState<'table' | 'http'>('table')
  if (!record) return <p className="quiet-text">{words.noRequest}</p>
  const { response, answeredAt } = record
  if (!response || answeredAt === null || answeredAt > position) return <p className="quiet-text">{words.notAnswered}</p>
  const table = tableOf(response.body)
  return (
    <>
      {table && (
        <Forms<'table' | 'http'>
          label={words.form}
          forms={[
            ['table', words.table],
            ['http', words.http],
          ]}
          chosen={form}
          onChoose={setForm}
        />
      )}
      {table && form === 'table' ? <TableView table={table} words={words} /> : <Http response={response} />}
      {response.streaming && <p className="quiet-text">{words.streaming}</p>}
    </>
  )
}

function tableOf(body: Json | undefined): JsonObject | null {
  return typeof body === 'object' && body !== null && 'kind' in body && body.kind === 'Table' ? (body as JsonObject) : null
}

function Http({ response }: { readonly response: HttpResponse }) {
  return (
    <pre className="code-block">
      <strong className={response.status < 400 ? 'good' : 'bad'}>
        HTTP/2 {response.status} {REASONS[response.status] ?? ''}
      </strong>
      {'\n'}
      {Object.entries(response.headers).map(([name, value]) => (
        <span key={name}>
          <span className="code-label">{headerName(name)}:</span>
          {` ${value}\n`}
        </span>
      ))}
      {response.body !== undefined && `\n${bodyText(response.body)}`}
    </pre>
  )
}
