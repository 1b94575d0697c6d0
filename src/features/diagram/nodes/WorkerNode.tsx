import type { NodeProps } from '@xyflow/react'
import type { WorkerNodeType } from '../nodeTypes'
import type { WorkerBox } from '../sceneTypes'
import { inside } from './inside'
import { Pod } from './Pod'
import { Ready } from './Ready'
import { WorkerRow } from './WorkerRow'
import { Anchors } from './Anchors'

function kubeletNote({ ready, hasKubelet, watches }: WorkerBox): 'notHeardOf' | 'noKubelet' | 'watchingPods' | 'noWatch' {
  if (ready === 'unknown') return 'notHeardOf'
  if (!hasKubelet) return 'noKubelet'
  return watches ? 'watchingPods' : 'noWatch'
}

/** More Pods than this are drawn small, in two rows; more than fit then are counted. */
const ROOMY = 2
const SMALL = 76
const ROOM_FOR_TAINTS = 200
/** A kubelet's box lower than this has its two lines close together. */
const TWO_LINES = 60

export function WorkerNode({ data: { box, words, covered } }: NodeProps<WorkerNodeType>) {
  if (!box.runtime)
    return (
      <div className={`box kubelet-card hue-kubelet ${box.kubeletTone}`}>
        <Anchors />
        {!box.row && <strong>kubelet</strong>}
        <span>{box.name}</span>
      </div>
    )
  if (box.row) return <WorkerRow box={box} words={words} covered={covered} />
  const fit = 2 * Math.floor((box.rect.width - 20) / SMALL)
  const shown = box.pods.length > fit ? fit - 1 : fit
  const top = box.runtime.y + box.runtime.height + 10 - box.rect.y
  return (
    <div className={`box worker-box ${box.tone}`}>
      <Anchors />
      <div className="worker-head">
        <strong className="box-title">{box.name}</strong>
        <Ready box={box} words={words} />
      </div>
      {box.taints.length > 0 && box.rect.height > ROOM_FOR_TAINTS && (
        <span className="taints clip" title={`${words.taints}: ${box.taints.join(', ')}`}>
          {box.taints.at(-1)}
        </span>
      )}
      <div
        className={`box kubelet-box ${box.kubelet.height < TWO_LINES ? 'tight' : ''} ${box.kubeletTone}`}
        style={inside(box.rect, box.kubelet)}
      >
        <strong>kubelet</strong>
        {box.kubelet.height > 40 && <span className="box-note">{words[kubeletNote(box)]}</span>}
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
