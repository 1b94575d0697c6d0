import { useState, type KeyboardEvent, type RefObject } from 'react'
import type { TerminalMessages } from '../../i18n/messages/en/terminal'
import { CHIPS, suggestion } from './suggestions'
import './terminal.css'

export interface CommandLineProps {
  readonly text: string
  /** Until then a line waits. */
  readonly prepared: boolean
  readonly onText: (text: string) => void
  readonly onRun: (line: string) => void
  readonly onInterrupt: () => void
  /** Lines that were run, the oldest first. */
  readonly history: readonly string[]
  readonly input: RefObject<HTMLInputElement | null>
  readonly words: TerminalMessages
}

/** One line to type a command in, with a ghost of what it may become. */
export function CommandLine({ text, prepared, onText, onRun, onInterrupt, history, input, words }: CommandLineProps) {
  /** How far back in the history; 0 is what is being typed. */
  const [back, setBack] = useState(0)
  const ghost = suggestion(text, history)
  const recall = (to: number) => {
    if (to < 0 || to > history.length) return
    setBack(to)
    onText(to === 0 ? '' : history[history.length - to]!)
  }
  const run = () => {
    const line = text.trim() || (history.length === 0 && ghost) || ''
    if (line === '') return
    setBack(0)
    onRun(line)
  }
  const pressed = (event: KeyboardEvent<HTMLInputElement>) => {
    const atEnd = event.currentTarget.selectionStart === text.length
    if (event.key === 'ArrowUp') recall(back + 1)
    else if (event.key === 'ArrowDown') recall(back - 1)
    else if (event.key === 'Escape') return event.currentTarget.blur()
    else if (event.key === 'c' && event.ctrlKey && event.currentTarget.selectionStart === event.currentTarget.selectionEnd) onInterrupt()
    else if (ghost && atEnd && (event.key === 'ArrowRight' || (event.key === 'Tab' && !event.shiftKey && text !== ''))) onText(ghost)
    else return
    event.preventDefault()
  }
  return (
    <form
      className="command-line"
      onSubmit={(event) => {
        event.preventDefault()
        run()
      }}
    >
      <div className="command-box">
        <span className="command-prompt" aria-hidden="true">
          $
        </span>
        <div className="command-text">
          <span className="command-ghost" aria-hidden="true">
            {ghost}
          </span>
          <input
            ref={input}
            aria-label={words.commandLine}
            value={text}
            onChange={(event) => {
              setBack(0)
              onText(event.target.value)
            }}
            onKeyDown={pressed}
            autoComplete="off"
            autoCapitalize="off"
            autoCorrect="off"
            spellCheck={false}
          />
        </div>
        <button type="submit" className="primary" aria-disabled={!prepared}>
          {words.run}
        </button>
      </div>
      <div className="chips">
        {CHIPS.map((chip) => (
          <button
            key={chip.text}
            type="button"
            className="chip"
            title={chip.line}
            onClick={() => {
              onText(chip.line)
              input.current?.focus()
            }}
          >
            {chip.text}
          </button>
        ))}
      </div>
    </form>
  )
}
