import type { JsonObject } from '../../engine/index'
import type { InspectorMessages } from '../../i18n/messages/en/inspector'
import { withoutManagedFields } from '../../kubectl/printers/managedFields'
import { yamlLines } from '../../kubectl/printers/yamlText'
import { fieldOwners, type FieldOwner } from './fieldOwners'

export interface OwnedYamlProps {
  readonly object: JsonObject
  readonly words: InspectorMessages
}

/** The stored object with the manager of each field beside it, named where it changes. */
export function OwnedYaml({ object, words }: OwnedYamlProps) {
  return (
    <>
      <p className="quiet-text">{words.ownersAre}</p>
      <pre className="code-block owned">
        {ownedLines(object).map(({ text, hue, told }, i) => (
          <span key={i} className={hue && `actor-${hue}`}>
            <span>{text}</span>
            {told && <em>{told}</em>}
            {'\n'}
          </span>
        ))}
      </pre>
    </>
  )
}

/** `told`: the owners' names, on the first of the lines that have the same. */
function ownedLines(object: JsonObject) {
  const ownersOf = fieldOwners(object)
  let last = ''
  return yamlLines(withoutManagedFields(object)).map(({ text, path }) => {
    const owners = ownersOf(path)
    const names = owners.map(ownerText).join(', ')
    const told = names !== last && names
    last = names
    return { text, hue: owners[0] && hueOf(owners[0]), told }
  })
}

/** `kubelet · status`, `kubectl · Apply`. */
function ownerText({ manager, operation, subresource }: FieldOwner): string {
  return [manager, ...(subresource ? [subresource] : []), ...(operation === 'Apply' ? [operation] : [])].join(' · ')
}

/** The hue of the component that the manager is; what people use has the user's. */
function hueOf({ manager }: FieldOwner): string {
  return HUES.find(([component]) => manager.startsWith(component))?.[1] ?? 'user'
}

const HUES = [
  ['kubelet', 'kubelet'],
  ['kube-scheduler', 'scheduler'],
  ['kube-controller-manager', 'controllers'],
  ['kube-apiserver', 'apiserver'],
] as const
