// kubectl describe of what keeps Pods: Deployment, ReplicaSet, ReplicationController, DaemonSet, StatefulSet.
// Upstream: kubectl pkg/describe/describe.go; deploymentutil.GetAllReplicaSetsInChunks

import { goJson, type JsonObject } from '../../engine/index'
import type { Step } from '../effects'
import { labelText } from '../printers/tableText'
import type { Asking, Describer } from './describer'
import {
  annotationLines,
  conditionLines,
  controlledBy,
  controlledFrom,
  date,
  goList,
  labelLines,
  labelSelectorText,
  marked,
  named,
  none,
  selectorText,
  type Described,
  type LabelSelector,
  type Lines,
} from './parts'
import { podTemplateLines, withoutHash, type PodTemplate } from './podTemplate'

interface Spec extends JsonObject {
  readonly replicas?: number
  readonly template: JsonObject & PodTemplate
}

const workloadSpecOf = (object: Described) => (object.spec ?? {}) as Spec
const selectorOf = (object: Described) => workloadSpecOf(object).selector as LabelSelector | undefined
const counted = ({ status }: Described, field: string) => Number(status?.[field] ?? 0)
/** `Available \tTrue\tMinimumReplicasAvailable`. */
const conditions = ({ status }: Described): Lines =>
  conditionLines(status?.conditions as readonly JsonObject[] | undefined, ['Type', 'Status', 'Reason'], (c) => [
    `${String(c.type)} `,
    String(c.status),
    String(c.reason ?? ''),
  ])

export const describeDeployment: Describer = function* (deployment, asking) {
  const spec = workloadSpecOf(deployment)
  const { type, rollingUpdate } = (spec.strategy ?? {}) as { type?: string; rollingUpdate?: JsonObject }
  const events = yield* asking.events(deployment)
  const { fresh, old } = yield* replicaSetsOf(deployment, asking)
  return [
    ...named(deployment),
    `CreationTimestamp:\t${date(deployment.metadata.creationTimestamp)}`,
    ...marked(deployment),
    `Selector:\t${selectorText(selectorOf(deployment))}`,
    `Replicas:\t${spec.replicas ?? 0} desired | ${counted(deployment, 'updatedReplicas')} updated | ${counted(deployment, 'replicas')} total | ${counted(deployment, 'availableReplicas')} available | ${counted(deployment, 'unavailableReplicas')} unavailable`,
    `StrategyType:\t${type ?? ''}`,
    `MinReadySeconds:\t${String(spec.minReadySeconds ?? 0)}`,
    ...(rollingUpdate
      ? [`RollingUpdateStrategy:\t${String(rollingUpdate.maxUnavailable)} max unavailable, ${String(rollingUpdate.maxSurge)} max surge`]
      : []),
    ...podTemplateLines(spec.template),
    ...conditions(deployment),
    ...(fresh.length + old.length > 0 ? [`OldReplicaSets:\t${replicaSetText(old)}`, `NewReplicaSet:\t${replicaSetText(fresh)}`] : []),
    ...events,
  ]
}

/** The ReplicaSet that has the Deployment's template, the oldest if there are several; and all others that it controls. */
function* replicaSetsOf(deployment: Described, asking: Asking): Step<{ fresh: readonly Described[]; old: readonly Described[] }> {
  const collection = `/apis/apps/v1/namespaces/${deployment.metadata.namespace}/replicasets`
  const all = yield* asking.list(collection, { labelSelector: labelSelectorText(selectorOf(deployment)) })
  const own = all.filter(controlledFrom(deployment))
  const template = goJson(workloadSpecOf(deployment).template)
  const same = own.filter((rs) => goJson(withoutHash(workloadSpecOf(rs).template)) === template)
  same.sort((a, b) => ((a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? -1 : 1))
  const fresh = same.slice(0, 1)
  return { fresh, old: own.filter((rs) => rs !== fresh[0]) }
}

const replicaSetText = (list: readonly Described[]) =>
  none(list.map((rs) => `${rs.metadata.name} (${counted(rs, 'replicas')}/${workloadSpecOf(rs).replicas ?? 0} replicas created)`).join(', '))

export const describeReplicaSet: Describer = function* (replicaSet, asking) {
  const status = yield* podCounts(replicaSet, labelSelectorText(selectorOf(replicaSet)), asking)
  return [
    ...named(replicaSet),
    `Selector:\t${selectorText(selectorOf(replicaSet))}`,
    ...marked(replicaSet),
    ...controlledBy(replicaSet),
    `Replicas:\t${counted(replicaSet, 'replicas')} current / ${workloadSpecOf(replicaSet).replicas ?? 0} desired`,
    status,
    ...podTemplateLines(workloadSpecOf(replicaSet).template),
    ...conditions(replicaSet),
    ...(yield* asking.events(replicaSet)),
  ]
}

export const describeReplicationController: Describer = function* (controller, asking) {
  const selector = labelText(workloadSpecOf(controller).selector as Record<string, string> | undefined)
  const status = yield* podCounts(controller, selector, asking)
  return [
    ...named(controller),
    `Selector:\t${selector}`,
    ...marked(controller),
    `Replicas:\t${counted(controller, 'replicas')} current / ${workloadSpecOf(controller).replicas ?? 0} desired`,
    status,
    ...podTemplateLines(workloadSpecOf(controller).template),
    ...conditions(controller),
    ...(yield* asking.events(controller)),
  ]
}

export const describeDaemonSet: Describer = function* (daemonSet, asking) {
  const { template } = workloadSpecOf(daemonSet)
  const status = yield* podCounts(daemonSet, labelSelectorText(selectorOf(daemonSet)), asking)
  return [
    ...named(daemonSet),
    `Selector:\t${selectorText(selectorOf(daemonSet))}`,
    `Node-Selector:\t${labelText(template.spec.nodeSelector as Record<string, string> | undefined)}`,
    ...marked(daemonSet),
    `Desired Number of Nodes Scheduled: ${counted(daemonSet, 'desiredNumberScheduled')}`,
    `Current Number of Nodes Scheduled: ${counted(daemonSet, 'currentNumberScheduled')}`,
    `Number of Nodes Scheduled with Up-to-date Pods: ${counted(daemonSet, 'updatedNumberScheduled')}`,
    `Number of Nodes Scheduled with Available Pods: ${counted(daemonSet, 'numberAvailable')}`,
    `Number of Nodes Misscheduled: ${counted(daemonSet, 'numberMisscheduled')}`,
    status,
    ...podTemplateLines(template),
    ...(yield* asking.events(daemonSet)),
  ]
}

export const describeStatefulSet: Describer = function* (statefulSet, asking) {
  const spec = workloadSpecOf(statefulSet)
  const { type, rollingUpdate } = (spec.updateStrategy ?? {}) as { type?: string; rollingUpdate?: JsonObject }
  const retention = spec.persistentVolumeClaimRetentionPolicy as { whenDeleted?: string; whenScaled?: string } | undefined
  const status = yield* podCounts(statefulSet, labelSelectorText(selectorOf(statefulSet)), asking)
  return [
    ...named(statefulSet),
    `CreationTimestamp:\t${date(statefulSet.metadata.creationTimestamp)}`,
    `Selector:\t${selectorText(selectorOf(statefulSet))}`,
    ...marked(statefulSet),
    ...(spec.serviceName ? [`Service Name:\t${String(spec.serviceName)}`] : []),
    ...(spec.podManagementPolicy ? [`Pod Management Policy:\t${String(spec.podManagementPolicy)}`] : []),
    `Replicas:\t${spec.replicas ?? 0} desired | ${counted(statefulSet, 'replicas')} total`,
    `Update Strategy:\t${type ?? ''}`,
    ...(rollingUpdate?.partition === undefined ? [] : [`  Partition:\t${String(rollingUpdate.partition)}`]),
    ...(rollingUpdate?.maxUnavailable === undefined ? [] : [`  MaxUnavailable:\t${String(rollingUpdate.maxUnavailable)}`]),
    ...(retention
      ? [
          'Persistent Volume Claim Retention Policy:',
          `  WhenDeleted:\t${retention.whenDeleted ?? ''}`,
          `  WhenScaled:\t${retention.whenScaled ?? ''}`,
        ]
      : []),
    status,
    ...podTemplateLines(spec.template),
    ...claimTemplates(spec.volumeClaimTemplates as readonly unknown[] as readonly Described[] | undefined),
    ...(yield* asking.events(statefulSet)),
  ]
}

function claimTemplates(claims: readonly Described[] = []): Lines {
  if (claims.length === 0) return ['Volume Claims:\t<none>']
  return [
    'Volume Claims:',
    ...claims.flatMap(({ metadata, spec = {} }) => [
      `  Name:\t${metadata.name}`,
      `  StorageClass:\t${String(spec.storageClassName ?? '')}`,
      ...labelLines('  Labels', metadata.labels),
      ...annotationLines('  Annotations', metadata.annotations),
      `  Capacity:\t${String((spec.resources as { requests?: { storage?: string } } | undefined)?.requests?.storage ?? '<default>')}`,
      `  Access Modes:\t${goList(spec.accessModes as readonly string[] | undefined)}`,
    ]),
  ]
}

/** How many of the owner's Pods are in which phase. */
function* podCounts(owner: Described, labelSelector: string, asking: Asking): Step<string> {
  const all = yield* asking.list(`/api/v1/namespaces/${owner.metadata.namespace}/pods`, { labelSelector })
  const own = all.filter(controlledFrom(owner))
  const many = (phase: string) => own.filter((pod) => pod.status?.phase === phase).length
  return `Pods Status:\t${many('Running')} Running / ${many('Pending')} Waiting / ${many('Succeeded')} Succeeded / ${many('Failed')} Failed`
}
