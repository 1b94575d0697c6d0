// What a Pod gets that its author left out; a Pod template gets the same, less what only a Pod itself has.
// Upstream: kubernetes pkg/apis/core/v1/defaults.go

import type { JsonObject } from '../../object'
import { withFields } from '../../../base/without'
import { defaultSources } from '../volumeSources'
import type { Container, ContainerPort, EnvVar, Pod, PodSpec, PodStatus, Probe, Volume } from './types'

export function defaultPod(pod: Pod): Pod {
  const spec = defaultPodSpec(pod.spec)
  const grace = spec.terminationGracePeriodSeconds ?? 30
  const own = (c: Container) => withHostPorts(requestingLimits(c), spec.hostNetwork)
  const status = pod.status && withAddresses(pod.status)
  return {
    ...pod,
    ...(status === pod.status ? {} : { status }),
    spec: {
      enableServiceLinks: true,
      ...spec,
      containers: spec.containers.map(own),
      ...(spec.initContainers ? { initContainers: spec.initContainers.map(own) } : {}),
      // A best effort for what an old server took.
      terminationGracePeriodSeconds: grace < 0 ? 1 : grace,
    },
  }
}

/** The single address counts: a list that begins with another is replaced by it. Upstream: pkg/apis/core/v1/conversion.go */
function withAddresses(status: PodStatus): PodStatus {
  const { podIP = '', podIPs = [] } = status
  const first = podIPs[0]?.ip ?? ''
  if (podIP === first) return status
  return withFields(status, podIP === '' ? { podIP: first } : { podIPs: [{ ip: podIP }] })
}

/** Also for the template of a Deployment, Job …, which keeps its limits and requests as they are. */
export function defaultPodSpec(spec: PodSpec): PodSpec {
  const account = spec.serviceAccountName || spec.serviceAccount
  return {
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    ...spec,
    // Go ranges over a nil slice; validation says that it is required.
    containers: (spec.containers ?? []).map(defaultContainer),
    ...(spec.initContainers ? { initContainers: spec.initContainers.map(defaultContainer) } : {}),
    ...(spec.ephemeralContainers ? { ephemeralContainers: spec.ephemeralContainers.map(defaultContainer) } : {}),
    ...(spec.volumes ? { volumes: spec.volumes.map(defaultVolume) } : {}),
    // The field's old name and its new one say the same; the new one wins.
    ...(account ? { serviceAccountName: account, serviceAccount: account } : {}),
    // An empty name is not written.
    ...(spec.imagePullSecrets ? { imagePullSecrets: spec.imagePullSecrets.map((s) => (s.name === '' ? {} : s)) } : {}),
  }
}

const COMPONENT = '[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*'
const REFERENCE = new RegExp(`^([A-Za-z0-9.-]+(:[0-9]+)?/)?${COMPONENT}(/${COMPONENT})*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?$`)

/** Whether an image is named at all: what is no name has no tag either. */
const isReference = (image: string) => REFERENCE.test(image)

/** A tag of `latest`, or none and no digest, is pulled each time. */
export function defaultPullPolicy(image: string): 'Always' | 'IfNotPresent' {
  if (image.includes('@') || !isReference(image)) return 'IfNotPresent'
  const tag = /:([^:/]+)$/.exec(image)?.[1]
  return tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent'
}

function defaultContainer(c: Container): Container {
  return {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: defaultPullPolicy(c.image ?? ''),
    ...c,
    resources: c.resources ?? {},
    ...(c.ports ? { ports: c.ports.map(defaultPort) } : {}),
    ...(c.env ? { env: c.env.map(defaultEnv) } : {}),
    ...probes(c),
    ...(c.lifecycle ? { lifecycle: defaultLifecycle(c.lifecycle) } : {}),
  }
}

function defaultLifecycle(lifecycle: JsonObject): JsonObject {
  const out: Record<string, JsonObject[string]> = { ...lifecycle }
  for (const name of ['postStart', 'preStop']) {
    const hook = out[name] as JsonObject | undefined
    if (hook?.httpGet) out[name] = { ...hook, httpGet: defaultHttpGet(hook.httpGet as JsonObject) }
  }
  return out
}

const defaultHttpGet = (action: JsonObject): JsonObject => ({ ...action, path: action.path || '/', scheme: action.scheme || 'HTTP' })

/** A Pod's container that is limited and asks for nothing asks for its limit. */
function requestingLimits(c: Container): Container {
  const { limits, requests } = c.resources ?? {}
  if (!limits || Object.keys(limits).length === 0) return c
  return { ...c, resources: { ...c.resources, requests: { ...limits, ...requests } } }
}

/** On the host's network every port is a port of the host. */
function withHostPorts(c: Container, hostNetwork = false): Container {
  if (!hostNetwork || !c.ports) return c
  return { ...c, ports: c.ports.map((p) => ({ ...p, hostPort: p.hostPort || p.containerPort })) }
}

function defaultPort(port: ContainerPort): ContainerPort {
  return { ...port, protocol: port.protocol ?? 'TCP' }
}

function defaultEnv(env: EnvVar): EnvVar {
  return env.valueFrom ? { ...env, valueFrom: defaultReference(env.valueFrom) } : env
}

function probes(c: Container): Partial<Container> {
  const out: { -readonly [K in 'livenessProbe' | 'readinessProbe' | 'startupProbe']?: Probe } = {}
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe'] as const) if (c[name]) out[name] = defaultProbe(c[name])
  return out
}

function defaultProbe(probe: Probe): Probe {
  return {
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
    ...probe,
    ...(probe.httpGet ? { httpGet: defaultHttpGet(probe.httpGet) } : {}),
    ...(probe.grpc ? { grpc: { service: '', ...probe.grpc } } : {}),
  }
}

/** Sources that carry a default mode or type. A volume without a source is an emptyDir. */
function defaultVolume(volume: Volume): Volume {
  const { name, ...sources } = volume
  const [source] = Object.keys(sources)
  if (!source) return { name, emptyDir: {} }
  const value = sources[source] as JsonObject
  switch (source) {
    case 'configMap':
    case 'secret':
      return { ...volume, [source]: { ...value, defaultMode: value.defaultMode ?? 420 } }
    case 'downwardAPI':
      return { ...volume, downwardAPI: { ...value, defaultMode: value.defaultMode ?? 420, ...fieldRefItems(value) } }
    case 'projected': {
      const list = (value.sources ?? []) as readonly JsonObject[]
      return { ...volume, projected: { ...value, sources: list.map(defaultProjection), defaultMode: value.defaultMode ?? 420 } }
    }
    case 'image':
      return { ...volume, image: { ...value, pullPolicy: value.pullPolicy ?? defaultPullPolicy((value.reference ?? '') as string) } }
    case 'ephemeral': {
      const template = value.volumeClaimTemplate as JsonObject | undefined
      if (!template) return volume
      const spec = { volumeMode: 'Filesystem', ...(template.spec as JsonObject | undefined) }
      return { ...volume, ephemeral: { ...value, volumeClaimTemplate: { ...template, spec } } }
    }
    default:
      return defaultSources(volume)
  }
}

function defaultProjection(source: JsonObject): JsonObject {
  if (source.serviceAccountToken)
    return { ...source, serviceAccountToken: { expirationSeconds: 3600, ...(source.serviceAccountToken as JsonObject) } }
  if (source.downwardAPI)
    return { ...source, downwardAPI: { ...(source.downwardAPI as JsonObject), ...fieldRefItems(source.downwardAPI as JsonObject) } }
  return source
}

function fieldRefItems(value: JsonObject): JsonObject {
  const items = value.items as readonly JsonObject[] | undefined
  if (!items) return {}
  return { items: items.map(defaultReference) }
}

/** What reads a field of the Pod, or of a container's resources. */
function defaultReference(from: JsonObject): JsonObject {
  if (from.fieldRef) return { ...from, fieldRef: { apiVersion: 'v1', ...(from.fieldRef as JsonObject) } }
  if (from.resourceFieldRef) return { ...from, resourceFieldRef: { divisor: '0', ...(from.resourceFieldRef as JsonObject) } }
  return from
}
