import { useEffect, useMemo, useRef, useState } from 'react'
import type { Recording, HopIndex } from '../../engine/index'
import { fill } from '../../i18n/rich'
import type { TerminalMessages } from '../../i18n/messages/en/terminal'
import { foldTerminal, programHops, type TerminalEntry } from './foldTerminal'
import './terminal.css'

export interface TerminalProps {
  readonly cluster: Recording
  /** The position; and the trace's length, which tells that it grew. */
  readonly hop: HopIndex
  readonly length: number
  readonly words: TerminalMessages
}

/** What was run and printed up to the position. */
export function Terminal({ cluster, hop, length, words }: TerminalProps) {
  const log = useRef<HTMLDivElement>(null)
  // The trace grows in place: its length says when to read it again.
  const hops = useMemo(() => (length > 0 ? programHops(cluster.trace, cluster.restHop) : []), [cluster, length])
  const entries = useMemo(() => foldTerminal(hops, hop), [hops, hop])
  const last = entries.at(-1)
  useEffect(() => {
    if (log.current) log.current.scrollTop = log.current.scrollHeight
  }, [entries])
  return (
    <section className="terminal" aria-label={words.output}>
      <div className="terminal-head">
        <strong>{entries.length === 0 ? words.output : words.terminal}</strong>
        {last && <ExitStatus entry={last} words={words} />}
        {entries.length > 0 && <CopyButton text={entries.map(textOf).join('')} words={words} />}
      </div>
      <div ref={log} className="terminal-log" role="log" aria-label={words.terminal} tabIndex={0}>
        {entries.length === 0 && <p className="terminal-empty">{words.nothingYet}</p>}
        {entries.map((entry) => (
          <div key={entry.program}>
            <div className="terminal-line">
              <span aria-hidden="true">$ </span>
              {entry.line}
            </div>
            {entry.printed.map((piece, i) => (
              <span key={i} className={entry.code && piece.stream === 'stderr' ? 'bad' : undefined}>
                {piece.text}
              </span>
            ))}
          </div>
        ))}
      </div>
    </section>
  )
}

function ExitStatus({ entry, words }: { readonly entry: TerminalEntry; readonly words: TerminalMessages }) {
  if (entry.code === 0) return null
  return (
    <span className={entry.code === null ? 'terminal-running' : 'terminal-failed'}>
      {entry.code === null ? words.running : fill(words.exitStatus, { code: String(entry.code) })}
    </span>
  )
}

function CopyButton({ text, words }: { readonly text: string; readonly words: TerminalMessages }) {
  const [copied, setCopied] = useState('')
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setCopied(text),
      () => setCopied(''),
    )
  return (
    <button type="button" className="quiet" onClick={() => void copy()}>
      {copied === text ? words.copied : words.copy}
    </button>
  )
}

function textOf({ line, printed }: TerminalEntry): string {
  return `$ ${line}\n${printed.map((piece) => piece.text).join('')}`
}
