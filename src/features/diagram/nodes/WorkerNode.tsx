import type { NodeProps } from '@xyflow/react'
import type { DiagramMessages } from '../../../i18n/messages/en/diagram'
import type { WorkerNodeType } from '../nodeTypes'
import type { PodView } from '../sceneTypes'
import { inside } from './inside'
import { Anchors } from './Anchors'

/** More Pods than this are drawn small, in two rows; more than fit then are counted. */
const ROOMY = 2
const SMALL = 76

export function WorkerNode({ data: { box, words } }: NodeProps<WorkerNodeType>) {
  if (!box.runtime)
    return (
      <div className={`box kubelet-card hue-kubelet ${box.kubeletTone}`}>
        <Anchors />
        <strong>kubelet</strong>
        <span>{box.name}</span>
      </div>
    )
  const fit = 2 * Math.floor((box.rect.width - 20) / SMALL)
  const shown = box.pods.length > fit ? fit - 1 : fit
  const top = box.runtime.y + box.runtime.height + 10 - box.rect.y
  return (
    <div className={`box worker-box ${box.tone}`}>
      <Anchors />
      <div className="worker-head">
        <strong className="box-title">{box.name}</strong>
        <span className={`worker-ready ${box.ready ? 'good' : 'bad'}`}>
          <i aria-hidden="true">{box.ready ? '●' : '■'}</i> {box.ready ? words.ready : words.notReady}
        </span>
      </div>
      <div className={`box kubelet-box ${box.kubeletTone}`} style={inside(box.rect, box.kubelet)}>
        <strong>kubelet</strong>
        {box.kubelet.height > 40 && <span className="box-note">{box.hasKubelet ? words.watchingPods : words.noKubelet}</span>}
      </div>
      <div className={`box runtime-box ${box.runtimeTone}`} style={inside(box.rect, box.runtime)}>
        {words.runtime}
      </div>
      <div className={`pods ${box.pods.length > ROOMY ? 'many' : ''}`} style={{ top, left: 12 }}>
        {box.pods.slice(0, shown).map((pod) => (
          <Pod key={`${pod.namespace}/${pod.name}`} pod={pod} words={words} />
        ))}
        {shown < box.pods.length && <span className="box-note">+{box.pods.length - shown}</span>}
      </div>
    </div>
  )
}

const MARKS: Readonly<Record<PodView['state'], string>> = {
  bound: '',
  starting: '…',
  running: '',
  succeeded: '✓',
  failed: '✕',
  terminating: '−',
  waiting: '!',
}

function Pod({ pod, words }: { readonly pod: PodView; readonly words: DiagramMessages }) {
  const label = words.podLabel.replace('{name}', pod.name).replace('{state}', words[pod.state])
  return (
    <span className={`pod ${pod.state}`} role="img" aria-label={label} title={`${pod.namespace}/${pod.name}: ${pod.status}`}>
      <span className="clip">{shortName(pod.name)}</span>
      {MARKS[pod.state] && <i aria-hidden="true">{MARKS[pod.state]}</i>}
    </span>
  )
}

/** Pods of one owner differ at their end. */
function shortName(name: string): string {
  return name.length > 10 ? `${name.slice(0, 3)}…${name.slice(-5)}` : name
}
