// Pod security standards by the labels of the namespace: Pods are refused or warned of, templates of Pods are only warned of, and a namespace
// that becomes stricter is told which of its Pods would not be let in.
// Leaves out: audit annotations, exemptions.
// Upstream: pod-security-admission admission/admission.go

import { goJson } from '../../../base/json'
import type { Container, Pod } from '../../../api/kinds/pod/types'
import type { ApiObject } from '../../../api/object'
import { invalid } from '../../../api/errors/status'
import type { ServerState } from '../../serverState'
import { refuse, type Attributes, type Denial, type Plugin } from '../plugin'
import type { Checked } from './check'
import { isStricter, levelText, policyOf, sameLevel, type LevelVersion } from './levels'
import { detailsText, violationsOf } from './violations'

export const podSecurity: Plugin = {
  name: 'PodSecurity',
  validate(a, server) {
    const { kind, operation, object } = a
    if (!object || operation === 'DELETE') return null
    const resource = kind.group === '' ? kind.resource : `${kind.group}/${kind.resource}`
    if (resource === 'namespaces') return a.subresource === '' ? validateNamespace(a, object, server) : null
    if (resource === 'pods') return validatePod(a, object as Pod, server)
    const template = a.subresource === '' ? TEMPLATES[resource]?.(object) : undefined
    if (template) warn(a, template, policyFor(a, server).warn)
    return null
  },
}

const policyFor = (a: Attributes, server: ServerState) => policyOf(server.cached('namespaces', '', a.namespace)?.metadata.labels)

/** Where the kinds that make Pods keep what they make them from. */
const TEMPLATES: Readonly<Record<string, (object: ApiObject) => Checked | undefined>> = {
  podtemplates: (object) => (object as ApiObject & { template?: Checked }).template,
  replicationcontrollers: ofSpec,
  'apps/replicasets': ofSpec,
  'apps/deployments': ofSpec,
  'apps/statefulsets': ofSpec,
  'apps/daemonsets': ofSpec,
  'batch/jobs': ofSpec,
  'batch/cronjobs': (object) => ofSpec((object.spec as { jobTemplate: ApiObject }).jobTemplate),
}

function ofSpec(object: ApiObject): Checked | undefined {
  return (object.spec as { template?: Checked } | undefined)?.template
}

const IGNORED = new Set(['exec', 'attach', 'binding', 'eviction', 'log', 'portforward', 'proxy', 'status'])

function validatePod(a: Attributes, pod: Pod, server: ServerState): Denial | null {
  if (IGNORED.has(a.subresource)) return null
  const { enforce, warn: warned } = policyFor(a, server)
  if (enforce.level === 'privileged' && warned.level === 'privileged') return null
  if (a.operation === 'UPDATE' && !hasNewImages(pod, a.old as Pod)) return null
  const broken = violationsOf(pod, enforce)
  if (broken.length > 0)
    return refuse(a, `violates PodSecurity "${levelText(enforce)}": ${detailsText(broken)}`, [
      { level: levelText(enforce), object: `namespaces ${a.namespace}` },
      ...broken.map((one) => ({ check: detailsText([one]) })),
    ])
  warn(a, pod, warned)
  return null
}

function warn(a: Attributes, pod: Checked, level: LevelVersion): void {
  const broken = violationsOf(pod, level)
  if (broken.length > 0) a.warn(`would violate PodSecurity "${levelText(level)}": ${detailsText(broken)}`)
}

/** Of what may be changed in a Pod, images and debug containers alone matter. */
function hasNewImages({ spec }: Pod, { spec: old }: Pod): boolean {
  const changed = (now: readonly Container[] = [], before: readonly Container[] = []) =>
    now.length !== before.length || now.some((c, i) => c.image !== before[i]!.image)
  const debuggers = (old.ephemeralContainers ?? []) as readonly Container[]
  return (
    changed(spec.containers, old.containers) ||
    changed(spec.initContainers, old.initContainers) ||
    ((spec.ephemeralContainers ?? []) as readonly Container[]).some((c) => debuggers.find((d) => d.name === c.name)?.image !== c.image)
  )
}

function validateNamespace(a: Attributes, namespace: ApiObject, server: ServerState): Denial | null {
  const policy = policyOf(namespace.metadata.labels)
  const before = a.operation === 'UPDATE' ? policyOf(a.old?.metadata.labels) : null
  const same = before !== null && goJson(before.errors) === goJson(policy.errors)
  if (policy.errors.length > 0 && !same)
    return {
      status: invalid('', 'Namespace', a.name || (namespace.metadata.name ?? ''), policy.errors),
      facts: policy.errors.map(({ field, detail }) => ({ label: field, problem: detail })),
    }
  if (!before || sameLevel(policy.enforce, before.enforce) || policy.enforce.level === 'privileged') return null
  if (policy.enforce.minor === before.enforce.minor && !isStricter(policy.enforce.level, before.enforce.level)) return null
  for (const warning of newlyViolating(namespace.metadata.name ?? '', policy.enforce, server)) a.warn(warning)
  return null
}

/** The Pods of a namespace that the new level would not let in, one line for all that break the same rules. */
function newlyViolating(namespace: string, enforce: LevelVersion, server: ServerState): readonly string[] {
  const names = new Map<string, string[]>()
  for (const pod of server.cache('pods').list(`/registry/pods/${namespace}/`) as unknown as readonly Pod[]) {
    const reasons = violationsOf(pod, enforce).map((v) => v.reason)
    if (reasons.length === 0) continue
    const said = reasons.join(', ')
    names.set(said, [...(names.get(said) ?? []), pod.metadata.name ?? ''])
  }
  if (names.size === 0) return []
  const lines = [...names].map(([reasons, pods]) => {
    const [first = ''] = pods.sort()
    const others = pods.length - 1
    return `${first}${others === 0 ? '' : ` (and ${others} other ${others === 1 ? 'pod' : 'pods'})`}: ${reasons}`
  })
  return [`existing pods in namespace "${namespace}" violate the new PodSecurity enforce level "${levelText(enforce)}"`, ...lines.sort()]
}
