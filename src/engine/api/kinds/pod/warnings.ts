// What the server warns of in a Pod or a template that it takes all the same.
// Leaves out: paths that overlap within a projected volume.
// Upstream: kubernetes pkg/api/pod/warnings.go, pkg/api/node/util.go

import { projectedSources } from './projected'
import type { JsonObject, ObjectMeta } from '../../object'
import { parseQuantity } from '../../quantity'
import { labelValueErrors } from '../../validation/labels'
import { dnsLabelErrors } from '../../validation/names'
import { Path } from '../../validation/rules'
import type { PodTemplate } from './template'
import type { Container, ContainerPort, Pod, PodSpec } from './types'

type Texts = readonly string[]

const DEPRECATED_LABELS: ReadonlyMap<string, string> = new Map([
  ['beta.kubernetes.io/arch', 'deprecated since v1.14; use "kubernetes.io/arch" instead'],
  ['beta.kubernetes.io/os', 'deprecated since v1.14; use "kubernetes.io/os" instead'],
  ['failure-domain.beta.kubernetes.io/region', 'deprecated since v1.17; use "topology.kubernetes.io/region" instead'],
  ['failure-domain.beta.kubernetes.io/zone', 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead'],
  ['beta.kubernetes.io/instance-type', 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead'],
])
const DEPRECATED_ANNOTATIONS: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
}
const DEPRECATED_VOLUMES: Readonly<Record<string, string>> = {
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+',
  gitRepo: 'deprecated in v1.11, and disabled by default in v1.33+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  flocker: 'deprecated in v1.22, non-functional in v1.25+',
  storageOS: 'deprecated in v1.22, non-functional in v1.25+',
  quobyte: 'deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  cephfs: 'deprecated in v1.28, non-functional in v1.31+',
  rbd: 'deprecated in v1.28, non-functional in v1.31+',
}
const SECCOMP = 'non-functional in v1.27+; use the "seccompProfile" field instead'

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
  const annotated = (key: string, text: string) => (key in annotations ? [`${meta.child('annotations').key(key)}: ${text}`] : [])
  const context = spec.securityContext ?? {}
  return [
    ...deprecatedNodeLabels(spec, at),
    ...spreads(spec, at.child('topologySpreadConstraints')),
    ...Object.entries(DEPRECATED_ANNOTATIONS).flatMap(([key, text]) => annotated(key, text)),
    ...(spec.volumes ?? []).flatMap((volume, i) =>
      Object.entries(DEPRECATED_VOLUMES).flatMap(([source, text]) =>
        volume[source] ? [`${at.child('volumes').index(i).child(source)}: ${text}`] : [],
      ),
    ),
    ...(spec.volumes ?? []).flatMap((volume) =>
      projectedSources(volume).flatMap((source) =>
        Object.keys(source).length === 0 ? [`volume "${volume.name}" (Projected) has no sources provided`] : [],
      ),
    ),
    ...again((spec.hostAliases ?? []) as readonly JsonObject[], 'ip', at.child('hostAliases')),
    ...again(spec.imagePullSecrets ?? [], 'name', at.child('imagePullSecrets')),
    ...(spec.imagePullSecrets ?? []).flatMap(({ name }, i) =>
      name ? [] : [`${at.child('imagePullSecrets').index(i).child('name')}: invalid empty name ""`],
    ),
    ...['memory', 'ephemeral-storage'].flatMap((name) => fraction(spec.overhead, name, at.child('overhead'))),
    ...(context.seccompProfile ? [] : annotated('seccomp.security.alpha.kubernetes.io/pod', SECCOMP)),
    ...containersOf(spec, at).flatMap(([c, place]) => {
      const own = (c.securityContext ?? {}) as JsonObject
      return [
        ...(own.seccompProfile ? [] : annotated(`container.seccomp.security.alpha.kubernetes.io/${c.name}`, SECCOMP)),
        ...(isTemplate && !context.appArmorProfile && !own.appArmorProfile
          ? annotated(
              `container.apparmor.security.beta.kubernetes.io/${c.name}`,
              'deprecated since v1.30; use the "appArmorProfile" field instead',
            )
          : []),
        ...['memory', 'ephemeral-storage'].flatMap((name) =>
          (['limits', 'requests'] as const).flatMap((part) => fraction(c.resources?.[part], name, place.child('resources', part))),
        ),
        ...hiddenEnv(c, place.child('env')),
      ]
    }),
    ...ports(spec, at),
    ...((spec.terminationGracePeriodSeconds ?? 0) < 0
      ? [`${at.child('terminationGracePeriodSeconds')}: must be >= 0; negative values are invalid and will be treated as 1`]
      : []),
    ...podAffinity(spec.affinity, at.child('affinity')),
  ]
}

const containersOf = (spec: PodSpec, at: Path): readonly (readonly [Container, Path])[] =>
  (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((list) =>
    (spec[list] ?? []).map((c, i) => [c, at.child(list).index(i)] as const),
  )

interface Terms {
  readonly matchExpressions?: readonly { readonly key?: string; readonly values?: readonly string[] }[]
}

/** Of a term that selects nodes. `withValues`: an invalid one is a wish that none fulfils, and no error. */
export function nodeTermWarnings({ matchExpressions = [] }: Terms, at: Path, withValues = false): Texts {
  return matchExpressions.flatMap(({ key = '', values = [] }, i) => {
    const place = at.child('matchExpressions').index(i)
    return [
      ...(DEPRECATED_LABELS.has(key) ? [`${place.child('key')}: ${key} is ${DEPRECATED_LABELS.get(key)}`] : []),
      ...(withValues
        ? values.flatMap((value, k) =>
            labelValueErrors(value).map((text) => `${place.child('values').index(k)}: ${value} is invalid, ${text}`),
          )
        : []),
    ]
  })
}

function deprecatedNodeLabels(spec: PodSpec, at: Path): Texts {
  const place = at.child('affinity', 'nodeAffinity')
  const { requiredDuringSchedulingIgnoredDuringExecution: hard, preferredDuringSchedulingIgnoredDuringExecution: soft } = (spec.affinity
    ?.nodeAffinity ?? {}) as {
    requiredDuringSchedulingIgnoredDuringExecution?: { readonly nodeSelectorTerms?: readonly Terms[] }
    preferredDuringSchedulingIgnoredDuringExecution?: readonly { readonly preference?: Terms }[]
  }
  return [
    ...Object.keys(spec.nodeSelector ?? {}).flatMap((key) =>
      DEPRECATED_LABELS.has(key) ? [`${at.child('nodeSelector').key(key)}: ${DEPRECATED_LABELS.get(key)}`] : [],
    ),
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
    if (seen.has(value)) return [`${at.index(i).child(field)}: duplicate ${field} ${JSON.stringify(value)}`]
    seen.add(value)
    return []
  })
}

function fraction(list: Readonly<Record<string, string>> | undefined, name: string, at: Path): Texts {
  const quantity = list?.[name] === undefined ? null : parseQuantity(list[name])
  if (!quantity || quantity.nano % 1_000_000_000n === 0n) return []
  return [`${at.key(name)}: fractional byte value ${JSON.stringify(list![name])} is invalid, must be an integer`]
}

/** A later definition may build on the earlier one, `$(A):more`, but not hide it. */
function hiddenEnv({ env = [] }: Container, at: Path): Texts {
  const seen = new Set<string>()
  return env.flatMap(({ name, value = '', valueFrom }, i) => {
    const reference = `$(${name})`
    const hides = seen.has(name) && (valueFrom !== undefined || value === reference || !value.includes(reference))
    seen.add(name)
    return hides ? [`${at.index(i)}: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`] : []
  })
}

function ports(spec: PodSpec, at: Path): Texts {
  const all = new Map<string, (readonly [Path, ContainerPort])[]>()
  return containersOf(spec, at).flatMap(([c, place]) =>
    (c.ports ?? []).flatMap((port, i) => {
      const here = place.child('ports').index(i)
      const key = `${port.containerPort}/${port.protocol ?? 'TCP'}`
      const others = all.get(key) ?? []
      all.set(key, [...others, [here, port]])
      return [
        ...(port.hostIP && !port.hostPort ? [`${here}: hostIP set without hostPort: ${printed(port)}`] : []),
        ...others.flatMap(([there, other]) => {
          const how = clash(port, other)
          return how ? [`${here}: ${how} port definition with ${there}`] : []
        }),
      ]
    }),
  )
}

function clash(port: ContainerPort, other: ContainerPort): string | undefined {
  const [a, b] = [port.hostPort ?? 0, other.hostPort ?? 0]
  const [ip, otherIp] = [port.hostIP ?? '', other.hostIP ?? '']
  if (ip === otherIp && a === b) return 'duplicate'
  if (a === 0 || b === 0) return 'overlapping'
  return a === b && (ip === '') !== (otherIp === '') ? 'dangerously ambiguous' : undefined
}

const printed = ({ name = '', hostPort = 0, containerPort, protocol = 'TCP', hostIP = '' }: ContainerPort) =>
  `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`
