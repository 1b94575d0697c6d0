import type { DiagramMessages } from '../../../i18n/messages/en/diagram'
import type { WorkerBox } from '../sceneTypes'

export interface WorkerProps {
  readonly box: WorkerBox
  readonly words: DiagramMessages
}

/** The node's state as `kubectl get nodes` says it. */
export function Ready({ box, words }: WorkerProps) {
  const ready = box.ready === 'ready'
  return (
    <span className={`worker-ready ${ready ? 'good' : 'bad'}`} title={box.taints.join(', ')}>
      <i aria-hidden="true">{ready ? '●' : '■'}</i> {ready ? words.ready : words.notReady}
    </span>
  )
}
