import type { WelcomeMessages } from '../../i18n/messages/en/welcome'
import './welcome.css'

/** A line to try, and who tries it. */
export interface Try {
  readonly line: string
  readonly identity: 'admin' | 'alice'
}

export interface WelcomeProps {
  readonly words: WelcomeMessages
  readonly onTry: (what: Try) => void
}

const CREATE: Try = { line: 'kubectl run web --image=nginx', identity: 'admin' }
const CARDS = [
  { name: 'create', sign: 'M-5 0 H5 M0 -5 V5', what: CREATE },
  { name: 'read', sign: 'M-5 -4 H5 M-5 0 H5 M-5 4 H2', what: { line: 'kubectl get pods', identity: 'admin' } },
  { name: 'refused', sign: 'M-3.5 -3.5 L3.5 3.5 M3.5 -3.5 L-3.5 3.5', what: { ...CREATE, identity: 'alice' } },
] as const

/** The first visit: three things to try. */
export function Welcome({ words, onTry }: WelcomeProps) {
  return (
    <div className="welcome">
      <h1>{words.heading}</h1>
      <p>{words.text}</p>
      <div className="cards">
        {CARDS.map(({ name, sign, what }) => (
          <button key={name} type="button" className={`card card-${name}`} onClick={() => onTry(what)}>
            <svg className="card-sign" viewBox="-14 -14 28 28" aria-hidden="true">
              <circle r="14" />
              <path d={sign} />
            </svg>
            <span>
              <strong>{words[name]}</strong>
              <small>{words[`${name}Hint`]}</small>
            </span>
            <svg className="card-arrow" viewBox="-6 -6 12 12" aria-hidden="true">
              <path d="M-2 -4 L2 0 L-2 4" />
            </svg>
          </button>
        ))}
      </div>
      <h2>{words.sixSteps}</h2>
    </div>
  )
}
