import { Anchors } from './Anchors'
import { Pod } from './Pod'
import { Ready, type WorkerProps } from './Ready'

/** A node among many: its kubelet is the row itself, its Pods are small. */
export function WorkerRow({ box, words }: WorkerProps) {
  const fit = Math.floor((box.rect.width - 34) / 17)
  const shown = box.pods.length > fit ? fit - 1 : fit
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
