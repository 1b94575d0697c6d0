import { fill } from '../../../i18n/rich'
import type { DiagramMessages } from '../../../i18n/messages/en/diagram'
import type { PodView } from '../sceneTypes'

const MARKS: Readonly<Record<PodView['state'], string>> = {
  bound: '',
  starting: '…',
  running: '',
  succeeded: '✓',
  failed: '✕',
  terminating: '−',
  waiting: '!',
}

/** A Pod on its node; a small one has no room for its name. */
export function Pod({ pod, words, small = false }: { readonly pod: PodView; readonly words: DiagramMessages; readonly small?: boolean }) {
  const label = fill(words.podLabel, { name: pod.name, state: words[pod.state] })
  return (
    <span className={`pod ${pod.state}`} role="img" aria-label={label} title={`${pod.namespace}/${pod.name}: ${pod.status}`}>
      {!small && <span className="clip">{shortName(pod.name)}</span>}
      {MARKS[pod.state] && <i aria-hidden="true">{MARKS[pod.state]}</i>}
    </span>
  )
}

/** Pods of one owner differ at their end. */
function shortName(name: string): string {
  return name.length > 10 ? `${name.slice(0, 3)}…${name.slice(-5)}` : name
}
