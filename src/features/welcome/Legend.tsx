import { rich } from '../../i18n/rich'
import type { WelcomeMessages } from '../../i18n/messages/en/welcome'
import './welcome.css'

/** Hue, name and what it is; components have the same name in every language. */
const whoIn = (words: WelcomeMessages) =>
  [
    ['user', words.user, words.userHint],
    ['apiserver', 'kube-apiserver', ''],
    ['etcd', 'etcd', words.etcdHint],
    ['scheduler', 'scheduler', words.schedulerHint],
    ['kubelet', 'kubelet', words.kubeletHint],
    ['runtime', words.runtime, words.runtimeHint],
  ] as const

/** How to read the picture, where the inspector will be. */
export function Legend({ words }: { readonly words: WelcomeMessages }) {
  return (
    <section className="legend" aria-label={words.looking}>
      <h2 className="legend-title">{words.looking}</h2>
      <div className="legend-body" tabIndex={0}>
        <p>
          {rich(words.atRest, {}).map((part, i) =>
            part.as === 'component' ? (
              <b key={i} className={`component-${part.component}`}>
                {part.text}
              </b>
            ) : (
              part.text
            ),
          )}
        </p>
        <h3>{words.lines}</h3>
        <Row name={words.solid} hint={words.solidHint}>
          <svg viewBox="0 0 62 12" className="legend-line" aria-hidden="true">
            <path d="M0 6 H54" />
            <path className="head" d="M52 1 L61 6 L52 11 Z" />
          </svg>
        </Row>
        <Row name={words.dashed} hint={words.dashedHint}>
          <svg viewBox="0 0 62 12" className="legend-line dashed" aria-hidden="true">
            <path d="M0 6 H62" />
          </svg>
        </Row>
        <h3>{words.travels}</h3>
        <Row name={words.request} hint={words.requestHint}>
          <code className="legend-token request">POST</code>
        </Row>
        <Row name={words.answer} hint={words.answerHint}>
          <code className="legend-token answer">✓ 201</code>
        </Row>
        <Row name={words.event} hint={words.eventHint}>
          <code className="legend-token event">ADDED</code>
        </Row>
        <h3>{words.who}</h3>
        <ul className="legend-who">
          {whoIn(words).map(([who, name, hint]) => (
            <li key={who} className={`who-${who}`}>
              <i aria-hidden="true" />
              <strong>{name}</strong>
              {hint && <span>{hint}</span>}
            </li>
          ))}
        </ul>
        <h3>{words.numbers}</h3>
        <Numbers of={[1, 2]} says={words.gates} />
        <Numbers of={[3, 4]} says={words.lanes} />
        <Numbers of={[5]} says={words.port5} />
        <Numbers of={[6]} says={words.port6} />
      </div>
    </section>
  )
}

function Row({ name, hint, children }: { readonly name: string; readonly hint: string; readonly children: React.ReactNode }) {
  return (
    <div className="legend-row">
      <span className="legend-sign">{children}</span>
      <span>
        <strong>{name}</strong>
        <br />
        {hint}
      </span>
    </div>
  )
}

function Numbers({ of, says }: { readonly of: readonly number[]; readonly says: string }) {
  return (
    <div className="legend-row numbers">
      <span className="legend-sign">
        {of.map((number) => (
          <b key={number} className={`number number-${number}`}>
            {number}
          </b>
        ))}
      </span>
      <span>{says}</span>
    </div>
  )
}
