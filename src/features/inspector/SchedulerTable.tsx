import type { Decision } from '../../engine/index'
import { fill } from '../../i18n/rich'
import type { InspectorMessages } from '../../i18n/messages/en/inspector'

interface SchedulerTableProps {
  readonly decision: Extract<Decision, { kind: 'schedule' }>
  readonly words: InspectorMessages
}

/** The cycle that chose, or did not: filters, scores and preemption. */
export function SchedulerTable({ decision, words }: SchedulerTableProps) {
  const { nodes, chosen, message, counts, refusals, preemption } = decision
  const shown = nodes.length
  const hidden = counts.nodes > shown
  return (
    <>
      <h2>{chosen === null ? words.whyNoNode : fill(words.whyNode, { node: chosen })}</h2>
      {chosen === null && <p className="why-text">{message}</p>}
      {hidden && (
        <p className="quiet-text">
          {fill(words.nodesSeen, {
            evaluated: String(counts.evaluated),
            nodes: String(counts.nodes),
            feasible: String(counts.feasible),
            shown: String(shown),
          })}
        </p>
      )}
      {shown > 0 && <Nodes decision={decision} words={words} />}
      {isTie(decision) && <p className="quiet-text">{words.tie}</p>}
      {hidden && refusals.length > 0 && <Refusals refusals={refusals} words={words} />}
      {preemption && <Preemption preemption={preemption} words={words} />}
    </>
  )
}

/** Another node has as many points as the one that was chosen. */
function isTie({ nodes, chosen }: SchedulerTableProps['decision']): boolean {
  const best = nodes.find(({ node }) => node === chosen)
  return best !== undefined && nodes.some(({ node, filteredBy, total }) => node !== chosen && !filteredBy && total === best.total)
}

/** The nodes side by side: who was filtered out, and each plugin's score on its way to points. */
function Nodes({ decision, words }: SchedulerTableProps) {
  const { nodes, plugins } = decision
  return (
    <>
      <div className="why-scroll" role="region" aria-label={words.nodeTable} tabIndex={0}>
        <table className="why-table">
          <thead>
            <tr>
              <th scope="col">{words.plugin}</th>
              {nodes.map(({ node }) => (
                <th key={node} scope="col">
                  {node}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">Filter</th>
              {nodes.map(({ node, filteredBy }) => (
                <td key={node}>
                  {filteredBy ? (
                    <span className="bad">
                      ✗ {fill(words.filtered, { plugin: filteredBy.plugin })}
                      <br />
                      {filteredBy.reasons.join(', ')}
                    </span>
                  ) : (
                    <span className="good">✓ {words.fits}</span>
                  )}
                </td>
              ))}
            </tr>
            {plugins.map(({ plugin, weight }, i) => (
              <tr key={plugin}>
                <th scope="row">
                  {plugin}
                  <small>{fill(words.weight, { weight: String(weight) })}</small>
                </th>
                {nodes.map(({ node, filteredBy, raw, normalized }) => (
                  <td key={node}>
                    {!filteredBy && (
                      <>
                        {normalized[i]! * weight}
                        <small>
                          {raw[i]} → {normalized[i]}
                        </small>
                      </>
                    )}
                  </td>
                ))}
              </tr>
            ))}
            {plugins.length > 0 && (
              <tr className="total">
                <th scope="row">{words.total}</th>
                {nodes.map(({ node, filteredBy, total }) => (
                  <td key={node}>{filteredBy ? '' : total}</td>
                ))}
              </tr>
            )}
          </tbody>
        </table>
      </div>
      {plugins.length > 0 && <p className="quiet-text">{words.scoreForm}</p>}
    </>
  )
}

function Refusals({ refusals, words }: Pick<SchedulerTableProps['decision'], 'refusals'> & Pick<SchedulerTableProps, 'words'>) {
  return (
    <>
      <h2>{words.filteredOut}</h2>
      {refusals.map(({ plugin, reasons, nodes }) => (
        <div key={`${plugin} ${reasons.join()}`} className="why-card">
          <strong className="bad">{plugin}</strong>
          <p>{reasons.join(', ')}</p>
          <p className="quiet-text">{fill(words.nodeCount, { count: String(nodes) })}</p>
        </div>
      ))}
    </>
  )
}

interface PreemptionProps {
  readonly preemption: NonNullable<SchedulerTableProps['decision']['preemption']>
  readonly words: InspectorMessages
}

function Preemption({ preemption: { candidates, more, chosen }, words }: PreemptionProps) {
  return (
    <>
      <h2>{words.preemption}</h2>
      {candidates.length === 0 && <p className="why-text">{words.noPreemption}</p>}
      {candidates.map(({ node, victims, violations }) => (
        <div key={node} className="why-card">
          <div className="why-card-head">
            <strong>{node}</strong>
            {node === chosen && <span className="good">✓ {words.nominated}</span>}
          </div>
          <p>
            {words.victims}: {victims.map(({ namespace, name }) => `${namespace}/${name}`).join(', ')}
          </p>
          {violations > 0 && (
            <p className="bad">
              {words.violations}: {violations}
            </p>
          )}
        </div>
      ))}
      {more > 0 && <p className="quiet-text">{fill(words.moreCandidates, { count: String(more) })}</p>}
    </>
  )
}
