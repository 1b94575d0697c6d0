import type { Fault } from '../../engine/index'
import { useLaterWords } from '../../i18n/words'
import { faultSections } from './faultRows'
import './faults.css'

export interface FaultsSheetProps {
  readonly nodes: readonly string[]
  readonly etcdMembers: 1 | 3
  /** What is in force at the end, where the next thing happens. */
  readonly inForce: readonly Fault[]
  readonly onInject: (fault: Fault) => void
  readonly onRepair: (fault: Fault) => void
  readonly onBuild: (etcdMembers: 1 | 3) => void
}

/** Everything that can be broken, by name, and how to undo it. */
export function FaultsSheet({ nodes, etcdMembers, inForce, onInject, onRepair, onBuild }: FaultsSheetProps) {
  const words = useLaterWords().faults
  return (
    <div className="faults">
      <p className="faults-hint">{words.hint}</p>
      {inForce.length > 0 && (
        <button type="button" className="button" onClick={() => inForce.forEach(onRepair)}>
          {words.repairAll}
        </button>
      )}
      {faultSections({ nodes, etcdMembers }, inForce, words).map(({ title, rows }) => (
        <section key={title} aria-label={title}>
          <h3>{title}</h3>
          {rows.map((row) => (
            <div key={row.title} className="fault-row">
              <span className="fault-part">{row.title}</span>
              {row.buttons.map(({ fault, active, name, short }) => (
                <button
                  key={fault.kind}
                  type="button"
                  className={`button ${active ? 'in-force' : ''}`}
                  aria-label={name}
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
      <button type="button" className="button" onClick={() => onBuild(etcdMembers === 1 ? 3 : 1)}>
        {etcdMembers === 1 ? words.threeMembers : words.oneMember}
      </button>
    </div>
  )
}
