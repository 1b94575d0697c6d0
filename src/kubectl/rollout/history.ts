// The revisions of a Deployment, which its ReplicaSets remember: kubectl rollout history and undo.
// Leaves out: DaemonSets and StatefulSets, whose revisions are ControllerRevisions.
// Upstream: kubectl pkg/polymorphichelpers/{history,rollback}.go

import { equalJson, goJson, type JsonObject } from '../../engine/index'
import { PATCH_TYPES, type Chosen } from '../commands/chosen'
import { dryRunNote, dryRunOf, dryRunQuery } from '../commands/command'
import { CommandError } from '../context'
import { controlledFrom, labelSelectorText, type Described, type LabelSelector } from '../describe/parts'
import { podTemplateLines, withoutHash, type PodTemplate } from '../describe/podTemplate'
import { print, type Step } from '../effects'
import { statusText } from '../errors'
import { LAST_APPLIED } from '../lastApplied'
import { alignTabs } from '../printers/tabWriter'
import { pathOf, query, typeName } from '../resources'
import type { Session } from '../session'

const REVISION = 'deployment.kubernetes.io/revision'
const CAUSE = 'kubernetes.io/change-cause'
/** Annotations that belong to the Deployment itself and do not go back with its template. */
const OWN = new Set([
  LAST_APPLIED,
  REVISION,
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
])

const templateOf = (object: Described) => (object.spec as unknown as { template: PodTemplate }).template

export function* showHistory(session: Session, target: Chosen): Step<void> {
  const asked = session.flags.int('revision') ?? 0
  const { byRevision } = yield* revisionsOf(session, target)
  const head = `${typeName(target.info)}/${target.name}`
  if (asked > 0) {
    const found = byRevision.get(asked)
    if (!found) throw new CommandError(`error: unable to find the specified revision\n`)
    const cause = found.metadata.annotations?.[CAUSE]
    const template = templateOf(found)
    const lines = podTemplateLines({
      ...template,
      metadata: { ...template.metadata, ...(cause === undefined ? {} : { annotations: { [CAUSE]: cause } }) },
    })
    return yield* print(`${head} with revision #${asked}\n${lines.join('\n')}\n\n`)
  }
  const rows = [...byRevision]
    .sort(([a], [b]) => a - b)
    .map(([revision, rs]) => `${revision}\t${rs.metadata.annotations?.[CAUSE] || '<none>'}`)
  yield* print(`${head} \n${alignTabs(['REVISION\tCHANGE-CAUSE', ...rows].join('\n'))}\n\n`)
}

export function* undo(session: Session, target: Chosen): Step<void> {
  const asked = session.flags.int('to-revision') ?? 0
  const { deployment, byRevision } = yield* revisionsOf(session, target)
  const latest = Math.max(0, ...byRevision.keys())
  const before = Math.max(0, ...[...byRevision.keys()].filter((r) => r !== latest))
  const back = byRevision.get(asked > 0 ? asked : before)
  if (!back)
    throw new CommandError(
      asked > 0
        ? `error: unable to find specified revision ${asked} in history\n`
        : `error: no rollout history found for deployment "${target.name}"\n`,
    )
  if (deployment.spec?.paused)
    throw new CommandError(`error: you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again\n`)
  const template = withoutHash(templateOf(back))
  if (equalJson(template as unknown as JsonObject, templateOf(deployment) as unknown as JsonObject)) {
    const revision = [...byRevision].find(([, rs]) => rs === back)![0]
    return yield* print(
      `${typeName(target.info)}/${target.name} skipped rollback (current template already matches revision ${revision})\n`,
    )
  }
  const annotations = {
    ...only(back.metadata.annotations, (key) => !OWN.has(key)),
    ...only(deployment.metadata.annotations, (key) => OWN.has(key)),
  }
  const body = goJson([
    { op: 'replace', path: '/spec/template', value: template },
    { op: 'replace', path: '/metadata/annotations', value: annotations },
  ])
  if (dryRunOf(session) !== 'client') {
    const path = pathOf(target.info, target.namespace, target.name) + query(dryRunQuery(session))
    const response = yield* session.ask({ method: 'PATCH', path, contentType: PATCH_TYPES.json, body })
    if (response.status >= 300)
      throw new CommandError(`error: failed restoring revision ${asked}: ${statusText(response).replace(/^[^:]*: /, '')}`)
  }
  yield* print(`${typeName(target.info)}/${target.name} rolled back${dryRunNote(session)}\n`)
}

/** The Deployment, read again, and its ReplicaSets by revision. */
function* revisionsOf(session: Session, { info, namespace, name }: Chosen) {
  if (info.kind !== 'Deployment')
    throw new CommandError(`apiscope: the history of ${info.resource} is not modelled; that of deployments is\n`)
  const deployment = (yield* session.get({ path: pathOf(info, namespace, name) })) as unknown as Described
  const selector = labelSelectorText(deployment.spec?.selector as LabelSelector)
  const list = yield* session.get({ path: `/apis/apps/v1/namespaces/${namespace}/replicasets${query({ labelSelector: selector })}` })
  const own = ((list.items ?? []) as readonly unknown[] as readonly Described[]).filter(controlledFrom(deployment))
  const revision = (rs: Described) => Number(rs.metadata.annotations?.[REVISION] ?? 0)
  return { deployment, byRevision: new Map(own.filter((rs) => revision(rs) > 0).map((rs) => [revision(rs), rs])) }
}

function only(values: Readonly<Record<string, string>> = {}, keeps: (key: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => keeps(key)))
}
