import { useState } from 'react'
import type { JsonObject } from '../../engine/index'
import { fill } from '../../i18n/rich'
import type { InspectorMessages } from '../../i18n/messages/en/inspector'
import { withoutManagedFields } from '../../kubectl/printers/managedFields'
import { yamlText } from '../../kubectl/printers/yamlText'
import { Code, Diff } from './Code'
import { diffLines } from './diffLines'
import { Forms } from './Forms'
import { OwnedYaml } from './OwnedYaml'
import type { StoredAt } from './subject'

export interface StoredPanelProps {
  readonly stored: StoredAt | null
  readonly words: InspectorMessages
}

/** The object as etcd holds it at the moment, and what the last write changed. */
export function StoredPanel({ stored, words }: StoredPanelProps) {
  const [form, setForm] = useState<'yaml' | 'owners'>('yaml')
  if (!stored) return <p className="quiet-text">{words.noObjectHere}</p>
  const { key, now, before } = stored
  if (!now)
    return (
      <>
        <Code text={key} />
        <p className="quiet-text">{words.noObject}</p>
      </>
    )
  const to = String(now.modRevision)
  return (
    <>
      {before && (
        <>
          <h2>{words.written}</h2>
          <p className="code-head">
            {key}
            <span>{fill(words.revision, { from: String(before.modRevision), to })}</span>
          </p>
          <Diff lines={diffLines(linesOf(before.value), linesOf(now.value))} />
        </>
      )}
      <h2>{words.object}</h2>
      {!before && (
        <p className="code-head">
          {key}
          <span>{fill(words.revisionNew, { to })}</span>
        </p>
      )}
      <Forms<'yaml' | 'owners'>
        label={words.form}
        forms={[
          ['yaml', 'YAML'],
          ['owners', words.owners],
        ]}
        chosen={form}
        onChoose={setForm}
      />
      {form === 'owners' ? <OwnedYaml object={now.value} words={words} /> : <Code text={yamlText(withoutManagedFields(now.value))} />}
    </>
  )
}

export function linesOf(object: JsonObject): readonly string[] {
  return yamlText(withoutManagedFields(object)).trimEnd().split('\n')
}
