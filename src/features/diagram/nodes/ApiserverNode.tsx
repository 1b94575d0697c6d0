import type { NodeProps } from '@xyflow/react'
import { fill } from '../../../i18n/rich'
import type { DiagramMessages } from '../../../i18n/messages/en/diagram'
import type { ApiserverNodeType } from '../nodeTypes'
import type { ApiserverBox, Gate, RailRow } from '../sceneTypes'
import { StateMark } from '../StateMark'
import { inside } from './inside'
import { Anchors } from './Anchors'

export function ApiserverNode({ data: { box, words } }: NodeProps<ApiserverNodeType>) {
  const rail = box.rail.length > 0
  return (
    <div className="box apiserver-box">
      <Anchors />
      <div className={rail ? 'apiserver-head in-line' : 'apiserver-head'}>
        <strong className="apiserver-title">kube-apiserver</strong>
        <span className="box-note">{rail ? words.opened : words.onlyApiserver}</span>
      </div>
      {box.gates.map((gate) =>
        rail ? (
          <div key={gate.number} className={`gate gate-${gate.number}`} style={inside(box.rect, gate.rect)} />
        ) : (
          <GateCard key={gate.number} gate={gate} box={box} words={words} />
        ),
      )}
      {rail && <RailLine box={box} />}
      {box.rail.map((row) => (
        <Row key={row.stage} row={row} box={box} words={words} />
      ))}
      {box.watchCache && <WatchCache box={box} words={words} />}
    </div>
  )
}

interface GateProps {
  readonly gate: Gate
  readonly box: ApiserverBox
  readonly words: DiagramMessages
}

/** Where there is no room to say which. */
const ADMISSION: ReadonlySet<string> = new Set(['mutatingAdmission', 'validatingAdmission'])

function GateCard({ gate, box, words }: GateProps) {
  const opened = gate.state === 'refused' || gate.state === 'passed'
  return (
    <div
      className={`gate ${gate.state} hue-${gate.hue} ${gate.stages.length || gate.identity ? 'opened' : ''}`}
      style={inside(box.rect, gate.rect)}
    >
      {opened && (
        <span className={`stamp ${gate.state}`}>
          <StateMark state={gate.state === 'refused' ? 'cross' : 'check'} />
          {gate.state === 'refused' ? words.refused : words.passed}
        </span>
      )}
      <strong className="gate-title">{gate.number === 1 ? words.authenticate : words.validate}</strong>
      {gate.identity && <span className="gate-fact">{words[gate.identity.by]}</span>}
      {gate.identity?.names.map((name, i) => (
        <span key={name} className={i === 0 ? 'gate-fact strong' : 'gate-fact'}>
          {name}
        </span>
      ))}
      {gate.stages.length > 0 && (
        <ul className="gate-stages">
          {gate.stages.map(({ stage, state }) => (
            <li key={stage} className={state}>
              {state === 'refused' && <StateMark state="octagon" />}
              {state !== 'refused' && ADMISSION.has(stage) ? words.admission : words[`stage.${stage}`]}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function RailLine({ box }: { readonly box: ApiserverBox }) {
  const first = box.rail[0]!
  const last = box.rail[box.rail.length - 1]!
  const reached = box.rail.filter((row) => row.state !== 'ahead' && row.state !== 'skipped').at(-1)
  const place = (to: number) => ({ left: box.gates[0]!.rect.x - box.rect.x + 27, top: first.y - box.rect.y, height: to - first.y })
  return (
    <>
      <i className="rail-line" style={place(last.y)} />
      {reached && <i className="rail-line done" style={place(reached.y)} />}
    </>
  )
}

const MARKS = { refused: 'octagon', passed: 'tick', changed: 'tick', current: 'dot', ahead: 'ring', skipped: 'ring' } as const

function Row({ row, box, words }: { readonly row: RailRow; readonly box: ApiserverBox; readonly words: DiagramMessages }) {
  const gate = box.gates[0]!.rect
  return (
    <div
      className={`rail-row ${row.state}`}
      style={{ left: gate.x - box.rect.x + 1.5, width: gate.width - 3, top: row.y - box.rect.y - 12 }}
    >
      <span className="rail-mark">
        <StateMark state={MARKS[row.state]} />
      </span>
      <span className="rail-name">{words[`stage.${row.stage}`]}</span>
      <span className="rail-says">
        {shortly(row.says) || (row.state === 'skipped' ? '–' : row.state === 'changed' ? words.changed : '')}
      </span>
      {row.plugins.map((plugin) => (
        <span key={plugin} className="rail-plugin">
          <code>{plugin}</code>
          <b title={words.changed}>+</b>
        </span>
      ))}
    </div>
  )
}

function WatchCache({ box, words }: { readonly box: ApiserverBox; readonly words: DiagramMessages }) {
  return (
    <>
      <div className="gate watch-cache" style={inside(box.rect, box.watchCache!)}>
        <strong className="gate-title">
          {words.watchCache} <code>pods</code>
        </strong>
        {box.moreWatchers > 0 && <span className="watch-cache-more">{fill(words.moreWatchers, { count: String(box.moreWatchers) })}</span>}
        <div className="watch-cache-foot">
          <span>
            {words.newest} <code>{fill(words.rev, { revision: String(box.revision) })}</code>
          </span>
          <span>{words.fedByEtcd}</span>
        </div>
      </div>
      {box.watchers.map((w) => (
        <div key={w.by + w.selector} className={`watcher hue-${w.hue}`} style={inside(box.rect, w.rect)}>
          <strong>{w.hue === 'kubelet' ? `kubelet ${w.by}` : w.by}</strong>
          <code className="clip">{w.selector || 'pods'}</code>
        </div>
      ))}
      <span className="same-gates" style={{ left: box.watchCache!.x - box.rect.x + 2, width: box.watchCache!.width - 40 }}>
        {words.sameGates}
      </span>
    </>
  )
}

/** `exempt` of `exempt → exempt`: the rail has room for the outcome only. */
function shortly(says: string): string {
  return says.split(' → ').at(-1) ?? says
}
