import { Anchors } from './Anchors'
import { podsInRow } from '../podsInRow'
import { Pod } from './Pod'
import { Ready, type WorkerProps } from './Ready'

interface WorkerRowProps extends WorkerProps {
  /** Pixels at the right end on which a mark stands: no Pod stands there. */
  readonly covered: number
}

/** A node among many: its kubelet is the row itself, its Pods are small. */
export function WorkerRow({ box, words, covered }: WorkerRowProps) {
  const fit = podsInRow(box.rect.width - covered)
  const shown = box.pods.length > fit ? Math.max(0, fit - 1) : fit
  return (
    <div className={`box worker-box row ${box.tone} ${box.kubeletTone === 'active' ? 'acting' : ''}`}>
      <Anchors />
      <div className="worker-head">
        <strong className="box-title">{box.name}</strong>
        <Ready box={box} words={words} />
      </div>
      <div className="pods small">
        {box.pods.slice(0, shown).map((pod) => (
          <Pod key={`${pod.namespace}/${pod.name}`} pod={pod} words={words} small />
        ))}
        {shown < box.pods.length && <span className="box-note">+{box.pods.length - shown}</span>}
      </div>
    </div>
  )
}
