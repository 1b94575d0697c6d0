// What the server warns of in a Pod or a template that it takes all the same.
// Upstream: kubernetes pkg/api/pod/warnings.go

import type { JsonObject, ObjectMeta } from '../../object'
import { goQuote } from '../../go/goQuote'
import { ipWarnings } from '../../validation/addresses'
import { dnsLabelErrors } from '../../validation/names'
import { Path } from '../../validation/rules'
import { fractionWarnings } from '../fractionalBytes'
import { DEPRECATED_LABELS, labelWarnings, nodeTermWarnings } from '../nodeLabels'
import { containersOf } from './containersOf'
import { portWarnings } from './portWarnings'
import { appArmorWarnings, seccompWarnings } from './profiles'
import type { PodTemplate } from './template'
import type { Container, NodeAffinity, Pod, PodSpec } from './types'
import { volumeWarnings } from './volumeWarnings'

type Texts = readonly string[]

const DEPRECATED_ANNOTATIONS: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
}
/** Nobody is warned of a Pod's update: it is the hot path, and seldom a person's. */
export const podWarnings = (pod: Pod, old: unknown): Texts =>
  old
    ? []
    : [
        ...nameWarning(pod.metadata.name, "this is used in the Pod's hostname"),
        ...specWarnings(pod.metadata, pod.spec, Path.root('metadata'), Path.root('spec'), false),
      ]

export const templateWarnings = ({ metadata = {}, spec }: PodTemplate, at: Path): Texts =>
  specWarnings(metadata, spec, at.child('metadata'), at.child('spec'), true)

/** Of an object after whose name Pods are named. */
export const podNamesWarning = (name: string | undefined): Texts => nameWarning(name, 'this is used in Pod names and hostnames')

function nameWarning(name = '', use: string): Texts {
  const errors = dnsLabelErrors(name)
  if (errors.length === 0) return []
  return [`metadata.name: ${use}, which can result in surprising behavior; a DNS label is recommended: [${errors.join(' ')}]`]
}

function specWarnings(metadata: Partial<ObjectMeta>, spec: PodSpec, meta: Path, at: Path, isTemplate: boolean): Texts {
  const annotations = metadata.annotations ?? {}
  const { nameservers = [] } = (spec.dnsConfig ?? {}) as { readonly nameservers?: readonly string[] }
  const aliases = (spec.hostAliases ?? []) as readonly { readonly ip?: string }[]
  const annotated = (key: string, text: string) => (key in annotations ? [`${meta.child('annotations').key(key)}: ${text}`] : [])
  return [
    ...deprecatedNodeLabels(spec, at),
    ...spreads(spec, at.child('topologySpreadConstraints')),
    ...Object.entries(DEPRECATED_ANNOTATIONS).flatMap(([key, text]) => annotated(key, text)),
    ...volumeWarnings(spec.volumes ?? [], at.child('volumes')),
    ...again(aliases, 'ip', at.child('hostAliases')),
    ...again(spec.imagePullSecrets ?? [], 'name', at.child('imagePullSecrets')),
    ...(spec.imagePullSecrets ?? []).flatMap(({ name }, i) =>
      name ? [] : [`${at.child('imagePullSecrets').index(i).child('name')}: invalid empty name ""`],
    ),
    ...['memory', 'ephemeral-storage'].flatMap((name) => fractionWarnings(spec.overhead, name, at.child('overhead'))),
    ...seccompWarnings(annotations, spec.securityContext, meta),
    ...containersOf(spec, at).flatMap(([c, place]) => {
      return [
        ...seccompWarnings(annotations, c.securityContext, meta, c.name),
        ...(isTemplate ? appArmorWarnings(annotations, spec, c, meta) : []),
        ...['memory', 'ephemeral-storage'].flatMap((name) =>
          (['limits', 'requests'] as const).flatMap((part) => fractionWarnings(c.resources?.[part], name, place.child('resources', part))),
        ),
        ...hiddenEnv(c, place.child('env')),
      ]
    }),
    ...portWarnings(containersOf(spec, at)),
    ...((spec.terminationGracePeriodSeconds ?? 0) < 0
      ? [`${at.child('terminationGracePeriodSeconds')}: must be >= 0; negative values are invalid and will be treated as 1`]
      : []),
    ...podAffinity(spec.affinity, at.child('affinity')),
    ...nameservers.flatMap((ip, i) => ipWarnings(ip, at.child('dnsConfig', 'nameservers').index(i))),
    ...aliases.flatMap(({ ip = '' }, i) => ipWarnings(ip, at.child('hostAliases').index(i).child('ip'))),
  ]
}

function deprecatedNodeLabels(spec: PodSpec, at: Path): Texts {
  const place = at.child('affinity', 'nodeAffinity')
  const { requiredDuringSchedulingIgnoredDuringExecution: hard, preferredDuringSchedulingIgnoredDuringExecution: soft }: NodeAffinity =
    spec.affinity?.nodeAffinity ?? {}
  return [
    ...Object.keys(spec.nodeSelector ?? {}).flatMap((key) => labelWarnings(key, at.child('nodeSelector').key(key))),
    ...(hard?.nodeSelectorTerms ?? []).flatMap((t, i) =>
      nodeTermWarnings(t, place.child('requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms').index(i)),
    ),
    ...(soft ?? []).flatMap(({ preference = {} }, i) =>
      nodeTermWarnings(preference, place.child('preferredDuringSchedulingIgnoredDuringExecution').index(i).child('preference'), true),
    ),
  ]
}

const NO_SELECTOR = 'a null labelSelector results in matching no pod'

function spreads(spec: PodSpec, at: Path): Texts {
  return (spec.topologySpreadConstraints ?? []).flatMap(({ topologyKey, labelSelector }, i) => {
    const text = DEPRECATED_LABELS.get(String(topologyKey))
    return [
      ...(text ? [`${at.index(i).child('topologyKey')}: ${String(topologyKey)} is ${text}`] : []),
      ...(labelSelector ? [] : [`${at.index(i).child('labelSelector')}: ${NO_SELECTOR}`]),
    ]
  })
}

function podAffinity(affinity: JsonObject | undefined, at: Path): Texts {
  return ['podAffinity', 'podAntiAffinity'].flatMap((which) => {
    const lists = (affinity?.[which] ?? {}) as Readonly<Record<string, readonly JsonObject[] | undefined>>
    const [hard, soft] = ['requiredDuringSchedulingIgnoredDuringExecution', 'preferredDuringSchedulingIgnoredDuringExecution'] as const
    const place = at.child(which)
    return [
      ...(lists[hard] ?? []).flatMap((t, i) =>
        t.labelSelector ? [] : [`${place.child(hard).index(i).child('labelSelector')}: ${NO_SELECTOR}`],
      ),
      ...(lists[soft] ?? []).flatMap((t, i) =>
        (t.podAffinityTerm as JsonObject | undefined)?.labelSelector
          ? []
          : [`${place.child(soft).index(i).child('podAffinityTerm', 'labelSelector')}: ${NO_SELECTOR}`],
      ),
    ]
  })
}

function again(list: readonly JsonObject[], field: string, at: Path): Texts {
  const seen = new Set<unknown>()
  return list.flatMap((item, i) => {
    const value = (item[field] ?? '') as string
    if (seen.has(value)) return [`${at.index(i).child(field)}: duplicate ${field} ${goQuote(value)}`]
    seen.add(value)
    return []
  })
}

/** A later definition may build on the earlier one, `$(A):more`, but not hide it. */
function hiddenEnv({ env = [] }: Container, at: Path): Texts {
  const seen = new Set<string>()
  return env.flatMap(({ name, value = '', valueFrom }, i) => {
    const reference = `$(${name})`
    const hides = seen.has(name) && (valueFrom !== undefined || value === reference || !value.includes(reference))
    seen.add(name)
    return hides ? [`${at.index(i)}: hides previous definition of ${goQuote(name)}, which may be dropped when using apply`] : []
  })
}
