import type { DiffLine } from './diffLines'

/** Text as it is. */
export function Code({ text }: { readonly text: string }) {
  return <pre className="code-block">{text}</pre>
}

export function Diff({ lines }: { readonly lines: readonly DiffLine[] }) {
  return (
    <pre className="code-block diff">
      {lines.map((line, i) => (
        <span key={i} className={line.mark === '+' ? 'added' : line.mark === '-' ? 'removed' : undefined}>
          {line.mark === '…' ? '  …' : `${line.mark} ${line.text}`}
          {'\n'}
        </span>
      ))}
    </pre>
  )
}
