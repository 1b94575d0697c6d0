import type { StageDetail } from '../../engine/index'
import type { InspectorMessages } from '../../i18n/messages/en/inspector'
import { Diff } from './Code'
import { diffLines } from './diffLines'
import { linesOf } from './StoredPanel'

export interface ChangesProps {
  readonly changes: NonNullable<StageDetail['changes']>
  readonly words: InspectorMessages
}

/** What defaulting and each admission plugin made of the object, in their order. */
export function Changes({ changes, words }: ChangesProps) {
  return (
    <>
      <h2>{words.changes}</h2>
      {changes.map((change, i) => (
        <details key={i} open={changes.length === 1 || change.by !== 'defaults'}>
          <summary>
            {change.by === 'defaults' ? words.defaults : change.by}
            <span>{words[purposeOf(change.by)]}</span>
          </summary>
          <Diff lines={diffLines(linesOf(change.before), linesOf(change.after), 0)} />
        </details>
      ))}
    </>
  )
}

const PURPOSES: Readonly<Record<string, keyof InspectorMessages>> = {
  defaults: 'purposeDefaults',
  LimitRanger: 'purposeLimitRanger',
  ServiceAccount: 'purposeServiceAccount',
  TaintNodesByCondition: 'purposeTaintNodesByCondition',
  Priority: 'purposePriority',
  DefaultTolerationSeconds: 'purposeDefaultTolerationSeconds',
  DefaultStorageClass: 'purposeDefaultStorageClass',
  StorageObjectInUseProtection: 'purposeStorageObjectInUseProtection',
  RuntimeClass: 'purposeRuntimeClass',
  PodTopologyLabels: 'purposePodTopologyLabels',
  DefaultIngressClass: 'purposeDefaultIngressClass',
}

/** What a step that changes objects is there for, in a few words; any other says only that it changed it. */
function purposeOf(by: string): keyof InspectorMessages {
  return PURPOSES[by] ?? 'purposeOther'
}
