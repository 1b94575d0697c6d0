// What a Pod must be to be stored, and what of it may change later.
// Leaves out: Windows, volume sources' inner rules beyond names, dynamic resource claims.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (ValidatePodCreate, ValidatePodUpdate)

import type { FieldError } from '../../fieldErrors'
import type { JsonObject } from '../../object'
import { dnsLabelErrors, dnsSubdomainErrors } from '../../validation/names'
import { labelKeyErrors, labelValueErrors } from '../../validation/labels'
import {
  each,
  missing,
  named,
  NONE,
  nonNegative,
  notAllowed,
  oneOf,
  Path,
  portNumber,
  repeated,
  required,
  wrong,
  type Errors,
  type Validate,
} from '../../validation/rules'
import { validateAffinity } from './affinity'
import { validateEnv, validateEnvFrom } from './env'
import { validateOs } from './os'
import { validateDns, validateHostAliases, validatePodAffinity, validateSpreads, validateUsers } from './placement'
import { validateResources } from './resources'
import { validateMount, validateVolume } from './volumes'
import type { Container, ContainerPort, Pod, PodSpec, Probe, Toleration } from './types'

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never']
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']
/** In the order that upstream looks; the first is the one whose rules are checked. */
const HOOKS = ['exec', 'httpGet', 'tcpSocket', 'sleep']
const PORT_NAME = /^(?=.*[a-z])[a-z0-9]([a-z0-9-]*[a-z0-9])?$/

export function validatePod(pod: Pod): readonly FieldError[] {
  const at = Path.root('spec')
  return [
    ...validatePodSpec(pod.spec, at),
    ...(pod.spec.ephemeralContainers?.length ? notAllowed(at.child('ephemeralContainers'), 'cannot be set on create') : NONE),
  ]
}

/** Also for templates. */
export const validatePodSpec: Validate<PodSpec> = (spec, at) => {
  const volumes = new Set((spec.volumes ?? []).map((v) => v.name))
  const grace = spec.terminationGracePeriodSeconds ?? 0
  const container: Validate<Container> = (c, place) => validateContainer(c, place, volumes, grace)
  const names = new Set((spec.containers ?? []).map((c) => c.name))
  return [
    ...each(spec.volumes, at.child('volumes'), validateVolume, (v) => v.name),
    ...(spec.containers?.length
      ? each(spec.containers, at.child('containers'), container, (c) => c.name)
      : missing(at.child('containers'))),
    ...hostPortConflicts(spec, at.child('containers')),
    ...each(
      spec.initContainers,
      at.child('initContainers'),
      (c, place) => [...container(c, place), ...initRules(c, place), ...(names.has(c.name) ? repeated(place.child('name'), c.name) : NONE)],
      (c) => c.name,
    ),
    ...required(spec.restartPolicy, at.child('restartPolicy')),
    ...oneOf(spec.restartPolicy, RESTART_POLICIES, at.child('restartPolicy')),
    ...oneOf(spec.dnsPolicy, DNS_POLICIES, at.child('dnsPolicy')),
    ...selector(spec.nodeSelector, at.child('nodeSelector')),
    ...hostPorts(spec, at.child('containers')),
    ...(spec.shareProcessNamespace && spec.hostPID
      ? wrong(at.child('shareProcessNamespace'), true, 'ShareProcessNamespace and HostPID cannot both be enabled')
      : NONE),
    ...validateUsers(spec.securityContext, at.child('securityContext')),
    ...validateAffinity(spec.affinity, at.child('affinity')),
    ...validatePodAffinity(spec.affinity, at.child('affinity')),
    ...validateDns(spec, at),
    ...each(spec.readinessGates, at.child('readinessGates'), (g, place) =>
      named(g.conditionType, place.child('conditionType'), labelKeyErrors),
    ),
    ...each(spec.schedulingGates, at.child('schedulingGates'), (g, place) => named(g.name, place, labelKeyErrors)),
    ...validateSpreads(spec, at),
    ...(spec.serviceAccountName ? named(spec.serviceAccountName, at.child('serviceAccountName'), dnsSubdomainErrors) : NONE),
    ...(spec.nodeName ? named(spec.nodeName, at.child('nodeName'), dnsSubdomainErrors) : NONE),
    ...(spec.activeDeadlineSeconds !== undefined && (spec.activeDeadlineSeconds < 1 || spec.activeDeadlineSeconds > 2147483647)
      ? wrong(at.child('activeDeadlineSeconds'), spec.activeDeadlineSeconds, 'must be between 1 and 2147483647, inclusive')
      : NONE),
    ...(spec.hostname ? named(spec.hostname, at.child('hostname'), dnsLabelErrors) : NONE),
    ...(spec.subdomain ? named(spec.subdomain, at.child('subdomain'), dnsLabelErrors) : NONE),
    ...each(spec.tolerations, at.child('tolerations'), validateToleration),
    ...validateHostAliases(spec, at),
    ...(spec.priorityClassName ? named(spec.priorityClassName, at.child('priorityClassName'), dnsSubdomainErrors) : NONE),
    ...(spec.runtimeClassName ? named(spec.runtimeClassName as string, at.child('runtimeClassName'), dnsSubdomainErrors) : NONE),
    ...oneOf(spec.preemptionPolicy, ['PreemptLowerPriority', 'Never'], at.child('preemptionPolicy')),
    ...(spec.os ? oneOf((spec.os as { name?: string }).name, ['linux', 'windows'], at.child('os')) : NONE),
    ...validateOs(spec, at),
  ]
}

/** A port of the host can be given to one container only. */
function hostPortConflicts(spec: PodSpec, at: Path): Errors {
  const taken = new Set<string>()
  return (spec.containers ?? []).flatMap((c, i) =>
    (c.ports ?? []).flatMap(({ hostPort, hostIP = '', protocol = 'TCP' }, k) => {
      if (!hostPort) return NONE
      const key = `${protocol}/${hostIP}/${hostPort}`
      if (taken.has(key)) return repeated(at.index(i).child('ports').index(k).child('hostPort'), key)
      taken.add(key)
      return NONE
    }),
  )
}

/** On the host's network a container port is the host port. */
function hostPorts(spec: PodSpec, at: Path): Errors {
  if (!spec.hostNetwork) return NONE
  return (spec.containers ?? []).flatMap((c, i) =>
    (c.ports ?? []).flatMap((p, k) =>
      p.hostPort && p.hostPort !== p.containerPort
        ? wrong(at.index(i).child('ports').index(k).child('hostPort'), p.hostPort, 'must match `containerPort` when `hostNetwork` is true')
        : NONE,
    ),
  )
}

function selector(labels: Readonly<Record<string, string>> | undefined, at: Path): Errors {
  if (!labels) return NONE
  return Object.entries(labels).flatMap(([key, value]) => [...named(key, at, labelKeyErrors), ...named(value, at, labelValueErrors)])
}

function validateContainer(c: Container, at: Path, volumes: ReadonlySet<string>, grace: number): Errors {
  return [
    ...(c.name ? named(c.name, at.child('name'), dnsLabelErrors) : missing(at.child('name'))),
    ...(c.image
      ? c.image.trim() === c.image
        ? NONE
        : wrong(at.child('image'), c.image, 'must not have leading or trailing whitespace')
      : missing(at.child('image'))),
    ...lifecycle(c, at, grace),
    ...(['livenessProbe', 'readinessProbe', 'startupProbe'] as const).flatMap((name) =>
      c[name] ? validateProbe(c[name], at.child(name), name) : NONE,
    ),
    ...oneOf(c.terminationMessagePolicy, ['File', 'FallbackToLogsOnError'], at.child('terminationMessagePolicy')),
    ...ports(c.ports, at.child('ports')),
    ...each(c.env, at.child('env'), validateEnv),
    ...each(c.envFrom, at.child('envFrom'), (e, place) => validateEnvFrom(e, place, at.child('envFrom'))),
    ...each(c.volumeMounts, at.child('volumeMounts'), (m, place) => validateMount(m, place, volumes, c.volumeMounts ?? [])),
    ...oneOf(c.imagePullPolicy, ['Always', 'IfNotPresent', 'Never'], at.child('imagePullPolicy')),
    ...oneOf(c.restartPolicy, ['Always', 'Never', 'OnFailure'], at.child('restartPolicy')),
    ...validateResources(c.resources ?? {}, at.child('resources')),
    ...validateUsers(c.securityContext, at.child('securityContext')),
  ]
}

/** Init containers that end take no probes; a sidecar (restartPolicy Always) may. */
function initRules(c: Container, at: Path): Errors {
  if (c.restartPolicy === 'Always') return NONE
  const only = 'may not be set for init containers without restartPolicy=Always'
  return (['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const).flatMap((name) =>
    c[name] ? notAllowed(at.child(name), only) : NONE,
  )
}

function ports(list: readonly ContainerPort[] | undefined, at: Path): Errors {
  const names = new Set<string>()
  return (list ?? []).flatMap((p, i): Errors => {
    const place = at.index(i)
    const again = p.name !== undefined && names.has(p.name)
    if (p.name) names.add(p.name)
    return [
      ...(p.name
        ? [...named(p.name, place.child('name'), portNameErrors), ...(again ? repeated(place.child('name'), p.name) : NONE)]
        : NONE),
      ...(p.containerPort ? portNumber(p.containerPort, place.child('containerPort')) : missing(place.child('containerPort'))),
      ...(p.hostPort ? portNumber(p.hostPort, place.child('hostPort')) : NONE),
      ...oneOf(p.protocol, ['SCTP', 'TCP', 'UDP'], place.child('protocol')),
    ]
  })
}

/** Also for a Service's targetPort. */
export function portNameErrors(name: string): string[] {
  return [
    ...(name.length > 15 ? ['must be no more than 15 characters'] : []),
    ...(/^[-a-z0-9]+$/.test(name) ? [] : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
    ...(/[a-z]/.test(name) ? [] : ['must contain at least one letter (a-z)']),
    ...(name.includes('--') ? ['must not contain consecutive hyphens'] : []),
    ...(PORT_NAME.test(name) || !/^-|-$/.test(name) ? [] : ['must not begin or end with a hyphen']),
  ]
}

function validateProbe(probe: Probe, at: Path, name: string): Errors {
  const handlers = ['exec', 'httpGet', 'tcpSocket', 'grpc'].filter((h) => probe[h])
  return [
    ...validateHandler(probe, at, handlers),
    ...nonNegative(probe.initialDelaySeconds, at.child('initialDelaySeconds')),
    ...nonNegative(probe.timeoutSeconds, at.child('timeoutSeconds')),
    ...nonNegative(probe.periodSeconds, at.child('periodSeconds')),
    ...nonNegative(probe.successThreshold, at.child('successThreshold')),
    ...nonNegative(probe.failureThreshold, at.child('failureThreshold')),
    ...(name !== 'readinessProbe' && probe.successThreshold !== undefined && probe.successThreshold !== 1 && probe.successThreshold >= 0
      ? wrong(at.child('successThreshold'), probe.successThreshold, 'must be 1')
      : NONE),
    ...(name === 'readinessProbe' && probe.terminationGracePeriodSeconds !== undefined
      ? wrong(at.child('terminationGracePeriodSeconds'), probe.terminationGracePeriodSeconds, 'must not be set for readinessProbes')
      : NONE),
  ]
}

function validateHandler(handler: JsonObject, at: Path, handlers: readonly string[], grace = 0): Errors {
  if (handlers.length === 0) return missing(at, 'must specify a handler type')
  const [first = ''] = handlers
  const extra = handlers.slice(1).flatMap((h) => notAllowed(at.child(h), 'may not specify more than 1 handler type'))
  const { httpGet, tcpSocket, exec, sleep } = { [first]: handler[first] } as Readonly<Record<string, JsonObject | undefined>>
  const seconds = sleep ? ((sleep.seconds ?? 0) as number) : undefined
  return [
    ...extra,
    ...(httpGet
      ? [
          ...required(httpGet.path, at.child('httpGet', 'path')),
          ...port(httpGet.port, at.child('httpGet', 'port')),
          ...oneOf(httpGet.scheme as string | undefined, ['HTTP', 'HTTPS'], at.child('httpGet', 'scheme')),
        ]
      : NONE),
    ...(tcpSocket ? port(tcpSocket.port, at.child('tcpSocket', 'port')) : NONE),
    ...(exec && !(exec.command as readonly string[] | undefined)?.length ? missing(at.child('exec', 'command')) : NONE),
    ...(seconds !== undefined && (seconds < 0 || seconds > grace)
      ? wrong(at.child('sleep'), seconds, `must be non-negative and less than terminationGracePeriodSeconds (${grace})`)
      : NONE),
  ]
}

function port(value: unknown, at: Path): Errors {
  return typeof value === 'number'
    ? portNumber(value, at)
    : typeof value === 'string'
      ? named(value, at, portNameErrors)
      : portNumber(0, at)
}

function lifecycle(c: Container, at: Path, grace: number): Errors {
  const hooks = (c.lifecycle ?? {}) as { postStart?: JsonObject; preStop?: JsonObject }
  return (['postStart', 'preStop'] as const).flatMap((name) => {
    const hook = hooks[name]
    return hook
      ? validateHandler(
          hook,
          at.child('lifecycle', name),
          HOOKS.filter((k) => hook[k]),
          grace,
        )
      : NONE
  })
}

const validateToleration: Validate<Toleration> = (t, at) => [
  ...(t.key ? named(t.key, at.child('key'), labelKeyErrors) : NONE),
  ...(!t.key && t.operator !== 'Exists'
    ? wrong(
        at.child('operator'),
        t.operator ?? '',
        'operator must be Exists when `key` is empty, which means "match all values and all keys"',
      )
    : NONE),
  ...(t.tolerationSeconds !== undefined && t.effect !== 'NoExecute'
    ? wrong(at.child('effect'), t.effect ?? '', "effect must be 'NoExecute' when `tolerationSeconds` is set")
    : NONE),
  ...(t.operator === 'Exists' && t.value ? wrong(at.child('operator'), t.value, "value must be empty when `operator` is 'Exists'") : NONE),
  ...oneOf(t.operator, ['Equal', 'Exists', 'Lt', 'Gt'], at.child('operator')),
  ...oneOf(t.effect || undefined, ['NoSchedule', 'PreferNoSchedule', 'NoExecute'], at.child('effect')),
]
