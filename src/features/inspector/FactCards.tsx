import type { FactName, Facts } from '../../engine/index'
import type { Reasons } from '../../i18n/messages/en/reasons'

interface FactCardsProps {
  readonly facts: readonly Facts[]
  readonly names: Reasons['facts']
}

/** What was compared with what: a card for each rule, budget, bound or expression. */
export function FactCards({ facts, names }: FactCardsProps) {
  return facts.map((card, i) => (
    <div key={i} className="why-card facts">
      <dl>
        {(Object.entries(card) as [FactName, string | undefined][]).map(
          ([name, value]) =>
            value !== undefined && (
              <div key={name}>
                <dt>{names[name]}</dt>
                <dd className={TONES[name]}>{value === '' ? '""' : value}</dd>
              </div>
            ),
        )}
      </dl>
    </div>
  ))
}

const TONES: Partial<Record<FactName, string>> = {
  missing: 'bad',
  found: 'bad',
  problem: 'bad',
  sent: 'bad',
  held: 'good',
  expected: 'good',
}
