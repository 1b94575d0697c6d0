import { useState } from 'react'
import { goJson, isDeeperThan, readJson, type HttpRequest, type RequestRecord } from '../../engine/index'
import type { InspectorMessages } from '../../i18n/messages/en/inspector'
import { PROTOBUF } from '../../kubectl/session'
import { Changes, type ChangesProps } from './Changes'
import { Code } from './Code'
import { Forms } from './Forms'

type Form = 'changes' | 'http' | 'curl'

export interface RequestPanelProps {
  readonly record: RequestRecord | null
  /** What this very moment made of the object; empty where it changed nothing. */
  readonly changes: ChangesProps['changes']
  readonly words: InspectorMessages
}

/** The request as it was sent: as HTTP, or as the curl that sends the same. Where the server is changing the object, that comes first. */
export function RequestPanel({ record, changes, words }: RequestPanelProps) {
  const [chosen, setChosen] = useState<Form>('changes')
  if (!record) return <p className="quiet-text">{words.noRequest}</p>
  const forms = [
    ...(changes.length > 0 ? ([['changes', words.changesForm]] as const) : []),
    ['http', words.http],
    ['curl', words.curl],
  ] as const
  const form = forms.some(([name]) => name === chosen) ? chosen : 'http'
  return (
    <>
      <Forms<Form> label={words.form} forms={forms} chosen={form} onChoose={setChosen} />
      {form === 'changes' && <Changes changes={changes} words={words} />}
      {form === 'http' && <Http request={record.http} words={words} />}
      {form === 'http' && record.http.headers['content-type'] === PROTOBUF && <p className="quiet-text">{words.protobuf}</p>}
      {form === 'curl' && <Code text={curlOf(record.http)} />}
    </>
  )
}

function Http({ request, words }: { readonly request: HttpRequest; readonly words: InspectorMessages }) {
  const { clientCertificate: certificate } = request
  return (
    <pre className="code-block">
      <strong>{request.method}</strong> {request.path}
      {'\n'}
      {certificate && (
        <>
          <span className="code-label">{words.certificate}:</span>
          {` ${[`CN=${certificate.commonName}`, ...certificate.organizations.map((o) => `O=${o}`)].join(', ')}\n`}
        </>
      )}
      {Object.entries(request.headers).map(([name, value]) => (
        <span key={name}>
          <span className="code-label">{headerName(name)}:</span>
          {` ${shortToken(value)}\n`}
        </span>
      ))}
      {request.body !== undefined && `\n${bodyText(request.body)}`}
    </pre>
  )
}

/** A JWT's beginning and end; curl's form has it whole. */
function shortToken(value: string): string {
  return value.replace(/^(Bearer \S{12})\S{40,}(\S{8})$/, '$1…$2')
}

/** `content-type` as it is usually written. */
export function headerName(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())
}

export function bodyText(body: unknown): string {
  if (typeof body !== 'string') return shown(body)
  try {
    return shown(readJson(body))
  } catch {
    return body
  }
}

/** What is nested very deep stands on one line: most of what is shown would be what it is indented by. */
const shown = (value: unknown) => goJson(value, isDeeperThan(value, MOST_SHOWN) ? 0 : 2)
const MOST_SHOWN = 200

/** curl sends what is shown: JSON. */
function asJson(headers: HttpRequest['headers']): HttpRequest['headers'] {
  return headers['content-type'] === PROTOBUF ? { ...headers, accept: 'application/json', 'content-type': 'application/json' } : headers
}

function curlOf({ method, path, headers, clientCertificate, body }: HttpRequest): string {
  const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
  const parts = [`curl -X ${method} ${quote(`https://127.0.0.1:6443${path}`)}`]
  if (clientCertificate) parts.push(`--cert ${clientCertificate.commonName}.crt --key ${clientCertificate.commonName}.key`)
  parts.push('--cacert ca.crt', ...Object.entries(asJson(headers)).map(([name, value]) => `-H ${quote(`${headerName(name)}: ${value}`)}`))
  if (body !== undefined) parts.push(`-d ${quote(typeof body === 'string' ? body : goJson(body))}`)
  return parts.join(' \\\n  ')
}
