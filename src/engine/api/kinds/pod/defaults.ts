// What a Pod gets that its author left out; a Pod template gets the same, less what only a Pod itself has.
// Upstream: kubernetes pkg/apis/core/v1/defaults.go

import type { JsonObject } from '../../object'
import { canonicalQuantity } from '../../quantity'
import type { Container, ContainerPort, EnvVar, Pod, PodSpec, Probe, Volume } from './types'

export function defaultPod(pod: Pod): Pod {
  const spec = defaultPodSpec(pod.spec)
  return { ...pod, spec: { enableServiceLinks: true, ...spec } }
}

/** Also for the template of a Deployment, Job …, which gets no enableServiceLinks. */
export function defaultPodSpec(spec: PodSpec): PodSpec {
  const grace = spec.terminationGracePeriodSeconds
  return {
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    securityContext: {},
    ...spec,
    terminationGracePeriodSeconds: grace === undefined ? 30 : grace < 0 ? 1 : grace,
    // Go ranges over a nil slice; validation says that it is required.
    containers: (spec.containers ?? []).map(defaultContainer),
    ...(spec.initContainers ? { initContainers: spec.initContainers.map(defaultContainer) } : {}),
    ...(spec.volumes ? { volumes: spec.volumes.map(defaultVolume) } : {}),
    ...(spec.serviceAccountName ? { serviceAccount: spec.serviceAccountName } : {}),
    ...(spec.topologySpreadConstraints ? { topologySpreadConstraints: spec.topologySpreadConstraints } : {}),
  }
}

/** A tag of `latest`, or none and no digest, is pulled each time. */
export function defaultPullPolicy(image: string): 'Always' | 'IfNotPresent' {
  if (image.includes('@')) return 'IfNotPresent'
  const tag = /:([^:/]+)$/.exec(image)?.[1]
  return tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent'
}

function defaultContainer(c: Container): Container {
  return {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: defaultPullPolicy(c.image ?? ''),
    ...c,
    resources: defaultResources(c.resources ?? {}),
    ...(c.ports ? { ports: c.ports.map(defaultPort) } : {}),
    ...(c.env ? { env: c.env.map(defaultEnv) } : {}),
    ...probes(c),
  }
}

function defaultResources(resources: NonNullable<Container['resources']>): NonNullable<Container['resources']> {
  const { limits, requests } = resources
  if (!limits && !requests) return resources
  const filled = limits ? { ...limits, ...requests } : requests
  return {
    ...resources,
    ...(limits ? { limits: canonical(limits) } : {}),
    ...(filled && Object.keys(filled).length > 0 ? { requests: canonical(filled) } : {}),
  }
}

export function canonical(list: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(list).map(([name, quantity]) => [name, canonicalQuantity(String(quantity))]))
}

function defaultPort(port: ContainerPort): ContainerPort {
  return { ...port, protocol: port.protocol ?? 'TCP' }
}

function defaultEnv(env: EnvVar): EnvVar {
  const from = env.valueFrom as { fieldRef?: JsonObject } | undefined
  if (!from?.fieldRef || from.fieldRef.apiVersion) return env
  return { ...env, valueFrom: { ...from, fieldRef: { apiVersion: 'v1', ...from.fieldRef } } }
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
    ...(probe.httpGet ? { httpGet: { path: '/', scheme: 'HTTP', ...probe.httpGet } } : {}),
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
    case 'hostPath':
      return { ...volume, hostPath: { ...value, type: value.type ?? '' } }
    default:
      return volume
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
  return { items: items.map((i) => (i.fieldRef ? { ...i, fieldRef: { apiVersion: 'v1', ...(i.fieldRef as JsonObject) } } : i)) }
}
