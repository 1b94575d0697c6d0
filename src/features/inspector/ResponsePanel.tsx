import type { HopIndex, RequestRecord } from '../../engine/index'
import type { InspectorMessages } from '../../i18n/messages/en/inspector'
import { bodyText, headerName } from './RequestPanel'

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
  if (!record) return <p className="quiet-text">{words.noRequest}</p>
  const { response, answeredAt } = record
  if (!response || answeredAt === null || answeredAt > position) return <p className="quiet-text">{words.notAnswered}</p>
  return (
    <>
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
      {response.streaming && <p className="quiet-text">{words.streaming}</p>}
    </>
  )
}
