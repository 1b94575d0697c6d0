import { useEffect, useRef } from 'react'
import { useLaterWords } from '../../i18n/words'
import './help.css'

export interface HelpProps {
  readonly onClose: () => void
}

/** The keys, in a dialog. */
export function Help({ onClose }: HelpProps) {
  const words = useLaterWords().help
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  const keys: readonly (readonly [readonly string[], string])[] = [
    [['Space'], words.play],
    [['←', '→'], words.step],
    [['Home', 'End'], words.ends],
    [['/'], words.command],
    [['Tab', '→'], words.accept],
    [['↑', '↓'], words.history],
    [['Ctrl-C'], words.interrupt],
    [['P'], words.present],
    [['PageUp', 'PageDown', '.'], words.clicker],
    [['Esc'], words.leave],
    [['?'], words.show],
  ]
  return (
    <dialog ref={dialog} className="help" aria-labelledby="help-heading" onClose={onClose}>
      <h2 id="help-heading">{words.heading}</h2>
      <dl>
        {keys.map(([names, does]) => (
          <div key={does}>
            <dt>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p>{words.model}</p>
      <form method="dialog">
        <button type="submit" className="primary">
          {words.close}
        </button>
      </form>
    </dialog>
  )
}
