import type { Fault } from '../../engine/index'
import { faultName } from '../../engine/faults'
import { fill } from '../../i18n/rich'
import { useLaterWords } from '../../i18n/words'
import { faultSections } from './faultRows'
import type { Topology } from '../../stores/topology'
import './faults.css'

const MEMBERS = [1, 3] as const
const WORKERS = [2, 4, 8, 12] as const

export interface FaultsSheetProps {
  readonly nodes: readonly string[]
  readonly topology: Topology
  /** What is in force at the end, where the next thing happens. */
  readonly inForce: readonly Fault[]
  readonly onInject: (fault: Fault) => void
  readonly onRepair: (fault: Fault) => void
  readonly onBuild: (topology: Topology) => void
}

/** Everything that can be broken, by name, and how to undo it. */
export function FaultsSheet({ nodes, topology, inForce, onInject, onRepair, onBuild }: FaultsSheetProps) {
  const words = useLaterWords().faults
  return (
    <div className="faults">
      <p className="faults-hint">{words.hint}</p>
      {inForce.length > 0 && (
        <button type="button" className="button" onClick={() => inForce.forEach(onRepair)}>
          {words.repairAll}
        </button>
      )}
      {faultSections({ nodes, etcdMembers: topology.etcdMembers }, inForce, words).map(({ title, rows }) => (
        <section key={title} aria-label={title}>
          <h3>{title}</h3>
          {rows.map((row) => (
            <div key={row.title} className="fault-row">
              <span className="fault-part">{row.title}</span>
              {row.buttons.map(({ fault, active, name, short }) => (
                <button
                  key={faultName(fault)}
                  type="button"
                  className={`button ${active ? 'in-force' : ''}`}
                  aria-label={name}
                  title={name}
                  onClick={() => (active ? onRepair(fault) : onInject(fault))}
                >
                  {active && <span aria-hidden="true">✕ </span>}
                  {short}
                </button>
              ))}
            </div>
          ))}
        </section>
      ))}
      <section aria-label={words.another}>
        <h3>{words.another}</h3>
        <div className="fault-row">
          <span className="fault-part">{words.etcd}</span>
          {MEMBERS.map((etcdMembers) => (
            <Choice
              key={etcdMembers}
              value={etcdMembers}
              chosen={topology.etcdMembers === etcdMembers}
              name={etcdMembers === 1 ? words.oneMember : words.threeMembers}
              onChoose={() => onBuild({ ...topology, etcdMembers })}
            />
          ))}
        </div>
        <div className="fault-row">
          <span className="fault-part">{words.workers}</span>
          {WORKERS.map((count) => (
            <Choice
              key={count}
              value={count}
              chosen={topology.nodes === count}
              name={fill(words.withWorkers, { count: String(count) })}
              onChoose={() => onBuild({ ...topology, nodes: count })}
            />
          ))}
        </div>
      </section>
    </div>
  )
}

interface ChoiceProps {
  readonly value: number
  readonly chosen: boolean
  readonly name: string
  readonly onChoose: () => void
}

function Choice({ value, chosen, name, onChoose }: ChoiceProps) {
  return (
    <button type="button" className={`button number ${chosen ? 'chosen' : ''}`} aria-label={name} aria-pressed={chosen} onClick={onChoose}>
      {value}
    </button>
  )
}
