// kubectl describe pod: the layout of one Pod.
// Leaves out: volumes other than the common kinds, ephemeral containers, probes' gRPC form.
// Upstream: kubectl pkg/describe/describe.go (describePod)

import type { JsonObject } from '../../engine/index'
import { date, duration, keyed, labelLines, none, type Lines } from './describeParts'

interface Status {
  readonly [field: string]: unknown
  readonly name: string
  readonly state?: Record<
    string,
    {
      readonly reason?: string
      readonly message?: string
      readonly startedAt?: string
      readonly finishedAt?: string
      readonly exitCode?: number
    }
  >
  readonly lastState?: Status['state']
  readonly ready?: boolean
  readonly restartCount?: number
  readonly containerID?: string
  readonly imageID?: string
}

interface Described {
  readonly metadata: JsonObject & {
    readonly name: string
    readonly namespace: string
    readonly deletionTimestamp?: string
    readonly deletionGracePeriodSeconds?: number
    readonly labels?: Record<string, string>
    readonly annotations?: Record<string, string>
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string; readonly controller?: boolean }[]
  }
  readonly spec: JsonObject & {
    readonly containers: readonly JsonObject[]
    readonly initContainers?: readonly JsonObject[]
    readonly volumes?: readonly JsonObject[]
    readonly nodeSelector?: Record<string, string>
    readonly tolerations?: readonly Record<string, string | number | undefined>[]
  }
  readonly status: JsonObject & {
    readonly containerStatuses?: readonly Status[]
    readonly initContainerStatuses?: readonly Status[]
    readonly conditions?: readonly { readonly type: string; readonly status: string }[]
    readonly podIPs?: readonly { readonly ip: string }[]
  }
}

export function describePod(object: JsonObject, now: number): string {
  const { metadata, spec, status } = object as unknown as Described
  const owner = metadata.ownerReferences?.find((o) => o.controller)
  const deleting = metadata.deletionTimestamp
  const lines: Lines = [
    `Name:\t${metadata.name}`,
    `Namespace:\t${metadata.namespace}`,
    ...(spec.priority === undefined ? [] : [`Priority:\t${String(spec.priority)}`]),
    ...(spec.priorityClassName ? [`Priority Class Name:\t${String(spec.priorityClassName)}`] : []),
    ...(spec.runtimeClassName ? [`Runtime Class Name:\t${String(spec.runtimeClassName)}`] : []),
    `Service Account:\t${String(spec.serviceAccountName ?? '')}`,
    `Node:\t${spec.nodeName ? `${String(spec.nodeName)}/${String(status.hostIP ?? '')}` : '<none>'}`,
    ...(status.startTime ? [`Start Time:\t${date(status.startTime)}`] : []),
    ...labelLines('Labels', metadata.labels),
    ...labelLines('Annotations', metadata.annotations, ':'),
    ...(deleting
      ? [
          `Status:\tTerminating (lasts ${duration(now - Date.parse(deleting))})`,
          `Termination Grace Period:\t${metadata.deletionGracePeriodSeconds ?? 0}s`,
        ]
      : [`Status:\t${String(status.phase ?? '')}`]),
    ...(status.reason ? [`Reason:\t${String(status.reason)}`] : []),
    ...(status.message ? [`Message:\t${String(status.message)}`] : []),
    `IP:\t${String(status.podIP ?? '')}`,
    ...(status.podIPs?.length ? ['IPs:', ...status.podIPs.map((p) => `  IP:\t${p.ip}`)] : ['IPs:\t<none>']),
    ...(owner ? [`Controlled By:\t${owner.kind}/${owner.name}`] : []),
    ...(status.nominatedNodeName ? [`NominatedNodeName:\t${String(status.nominatedNodeName)}`] : []),
    ...(spec.initContainers?.length ? containers('Init Containers', spec.initContainers, status.initContainerStatuses) : []),
    ...containers('Containers', spec.containers, status.containerStatuses),
    ...(status.conditions?.length ? ['Conditions:', '  Type\tStatus', ...status.conditions.map((c) => `  ${c.type}\t${c.status} `)] : []),
    ...volumes(spec.volumes),
    ...(status.qosClass ? [`QoS Class:\t${String(status.qosClass)}`] : []),
    ...labelLines('Node-Selectors', spec.nodeSelector),
    ...tolerations(spec.tolerations),
  ]
  return lines.join('\n')
}

function containers(title: string, list: readonly JsonObject[], statuses: readonly Status[] = []): Lines {
  return [
    `${title}:`,
    ...list.flatMap((c) =>
      container(
        c,
        statuses.find((s) => s.name === c.name),
      ),
    ),
  ]
}

function container(c: JsonObject, status: Status | undefined): Lines {
  const ports = (c.ports ?? []) as readonly { containerPort: number; hostPort?: number; protocol?: string; name?: string }[]
  const many = ports.length > 1 ? 's' : ''
  const resources = (c.resources ?? {}) as { limits?: Record<string, string>; requests?: Record<string, string> }
  const environment = (c.env ?? []) as readonly JsonObject[]
  const mounts = (c.volumeMounts ?? []) as readonly { name: string; mountPath: string; readOnly?: boolean }[]
  return [
    `  ${String(c.name)}:`,
    ...(status ? [`    Container ID:\t${status.containerID ?? ''}`] : []),
    `    Image:\t${String(c.image ?? '')}`,
    ...(status ? [`    Image ID:\t${status.imageID ?? ''}`] : []),
    `    Port${many}:\t${none(ports.map((p) => `${p.containerPort}/${p.protocol ?? 'TCP'}${p.name ? ` (${p.name})` : ''}`).join(', '))}`,
    `    Host Port${many}:\t${none(ports.map((p) => `${p.hostPort ?? 0}/${p.protocol ?? 'TCP'}${p.name ? ` (${p.name})` : ''}`).join(', '))}`,
    ...block('Command', c.command as readonly string[] | undefined),
    ...block('Args', c.args as readonly string[] | undefined),
    ...(status
      ? [
          ...state('State', status.state),
          ...(status.lastState && Object.keys(status.lastState).length > 0 ? state('Last State', status.lastState) : []),
        ]
      : []),
    ...(status ? [`    Ready:\t${status.ready ? 'True' : 'False'}`, `    Restart Count:\t${status.restartCount ?? 0}`] : []),
    ...(resources.limits ? ['    Limits:', ...keyed(resources.limits, 6)] : []),
    ...(resources.requests ? ['    Requests:', ...keyed(resources.requests, 6)] : []),
    ...(environment.length === 0 ? ['    Environment:\t<none>'] : ['    Environment:', ...environment.map(variable)]),
    ...(mounts.length === 0
      ? ['    Mounts:\t<none>']
      : [
          '    Mounts:',
          ...[...mounts]
            .sort((a, b) => (a.mountPath < b.mountPath ? -1 : 1))
            .map((m) => `      ${m.mountPath} from ${m.name} (${m.readOnly ? 'ro' : 'rw'})`),
        ]),
  ]
}

const block = (title: string, words: readonly string[] | undefined): Lines =>
  words?.length ? [`    ${title}:`, ...words.flatMap((w) => w.split('\n').map((l) => `      ${l}`))] : []

function variable(env: JsonObject): string {
  const from = env.valueFrom as Record<string, { name?: string; key?: string; fieldPath?: string; apiVersion?: string }> | undefined
  if (!from) return `      ${String(env.name)}:\t${String(env.value ?? '')}`
  if (from.fieldRef) return `      ${String(env.name)}:\t (${from.fieldRef.apiVersion}:${from.fieldRef.fieldPath})`
  if (from.configMapKeyRef)
    return `      ${String(env.name)}:\t<set to the key '${from.configMapKeyRef.key}' of config map '${from.configMapKeyRef.name}'>\tOptional: false`
  if (from.secretKeyRef)
    return `      ${String(env.name)}:\t<set to the key '${from.secretKeyRef.key}' in secret '${from.secretKeyRef.name}'>\tOptional: false`
  return `      ${String(env.name)}:\t`
}

function state(title: string, state: Status['state'] = {}): Lines {
  const { running, waiting, terminated } = state
  if (running) return [`    ${title}:\tRunning`, `      Started:\t${date(running.startedAt)}`]
  if (terminated)
    return [
      `    ${title}:\tTerminated`,
      ...(terminated.reason ? [`      Reason:\t${terminated.reason}`] : []),
      ...(terminated.message ? [`      Message:\t${terminated.message}`] : []),
      `      Exit Code:\t${terminated.exitCode ?? 0}`,
      `      Started:\t${date(terminated.startedAt)}`,
      `      Finished:\t${date(terminated.finishedAt)}`,
    ]
  return [`    ${title}:\tWaiting`, ...(waiting?.reason ? [`      Reason:\t${waiting.reason}`] : [])]
}

function volumes(list: readonly JsonObject[] = []): Lines {
  if (list.length === 0) return ['Volumes:\t<none>']
  return ['Volumes:', ...list.flatMap((v) => [`  ${String(v.name)}:`, ...source(v)])]
}

function source(volume: JsonObject): Lines {
  const { projected, configMap, secret, emptyDir, hostPath } = volume as Record<string, JsonObject | undefined>
  if (projected) {
    const sources = (projected.sources ?? []) as readonly Record<string, JsonObject | undefined>[]
    return [
      '    Type:\tProjected (a volume that contains injected data from multiple sources)',
      ...sources.flatMap((s) => [
        ...(s.secret ? [`    SecretName:\t${String(s.secret.name)}`, `    Optional:\t${String(s.secret.optional ?? false)}`] : []),
        ...(s.serviceAccountToken ? [`    TokenExpirationSeconds:\t${String(s.serviceAccountToken.expirationSeconds)}`] : []),
        ...(s.configMap
          ? [`    ConfigMapName:\t${String(s.configMap.name)}`, `    Optional:\t${String(s.configMap.optional ?? false)}`]
          : []),
        ...(s.downwardAPI ? ['    DownwardAPI:\ttrue'] : []),
      ]),
    ]
  }
  if (configMap)
    return [
      '    Type:\tConfigMap (a volume populated by a ConfigMap)',
      `    Name:\t${String(configMap.name)}`,
      `    Optional:\t${String(configMap.optional ?? false)}`,
    ]
  if (secret)
    return [
      '    Type:\tSecret (a volume populated by a Secret)',
      `    SecretName:\t${String(secret.secretName)}`,
      `    Optional:\t${String(secret.optional ?? false)}`,
    ]
  if (emptyDir)
    return [
      "    Type:\tEmptyDir (a temporary directory that shares a pod's lifetime)",
      `    Medium:\t${String(emptyDir.medium ?? '')}`,
      `    SizeLimit:\t${String(emptyDir.sizeLimit ?? '<unset>')}`,
    ]
  if (hostPath)
    return [
      '    Type:\tHostPath (bare host directory volume)',
      `    Path:\t${String(hostPath.path)}`,
      `    HostPathType:\t${String(hostPath.type ?? '')}`,
    ]
  return ['    <unknown>']
}

function tolerations(list: readonly Record<string, string | number | undefined>[] = []): Lines {
  if (list.length === 0) return ['Tolerations:\t<none>']
  const texts = list.map(({ key = '', value, effect, operator, tolerationSeconds }) =>
    [
      `${key}${value ? `=${value}` : ''}${effect ? `:${effect}` : ''}`,
      ...(operator === 'Exists' && !value ? [key ? 'op=Exists' : 'op=Exists'] : []),
      ...(tolerationSeconds === undefined ? [] : [`for ${tolerationSeconds}s`]),
    ].join(' '),
  )
  return texts.sort().map((t, i) => `${i === 0 ? 'Tolerations:' : ''}\t${t}`)
}
