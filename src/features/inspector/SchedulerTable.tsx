import type { Decision } from '../../engine/index'
import { fill } from '../../i18n/rich'
import type { InspectorMessages } from '../../i18n/messages/en/inspector'

interface SchedulerTableProps {
  readonly decision: Extract<Decision, { kind: 'schedule' }>
  readonly words: InspectorMessages
}

/** The nodes side by side: who was filtered out, and each plugin's weighted score. */
export function SchedulerTable({ decision, words }: SchedulerTableProps) {
  const { nodes, chosen, message } = decision
  const plugins = [...new Set(nodes.flatMap((node) => node.scores.map((score) => score.plugin)))]
  return (
    <>
      <h2>{chosen === null ? words.whyNoNode : fill(words.whyNode, { node: chosen })}</h2>
      {chosen === null && <p className="why-text">{message}</p>}
      <table className="why-table">
        <thead>
          <tr>
            <th scope="col">{words.plugin}</th>
            {nodes.map((node) => (
              <th key={node.node} scope="col">
                {node.node}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">Filter</th>
            {nodes.map((node) => (
              <td key={node.node}>
                {node.filteredBy ? (
                  <span className="bad">
                    ✗ {fill(words.filtered, { plugin: node.filteredBy.plugin })}
                    <br />
                    {node.filteredBy.reasons.join(', ')}
                  </span>
                ) : (
                  <span className="good">✓ {words.fits}</span>
                )}
              </td>
            ))}
          </tr>
          {plugins.map((plugin) => (
            <tr key={plugin}>
              <th scope="row">{plugin}</th>
              {nodes.map((node) => (
                <td key={node.node}>{node.scores.find((score) => score.plugin === plugin)?.weighted ?? ''}</td>
              ))}
            </tr>
          ))}
          {plugins.length > 0 && (
            <tr className="total">
              <th scope="row">{words.total}</th>
              {nodes.map((node) => (
                <td key={node.node}>{node.filteredBy ? '' : node.total}</td>
              ))}
            </tr>
          )}
        </tbody>
      </table>
    </>
  )
}
