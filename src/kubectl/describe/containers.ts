// Containers of a Pod or of a Pod template, as kubectl describe lists them.
// Leaves out: values of environment variables that come from the Pod's own fields.
// Upstream: kubectl pkg/describe/describe.go (describeContainers …)

import type { Json, JsonObject } from '../../engine/index'
import { date, goList, keyed, none, type Lines } from './parts'

export interface ContainerStatus {
  readonly name: string
  readonly state?: ContainerState
  readonly lastState?: ContainerState
  readonly ready?: boolean
  readonly restartCount?: number
  readonly containerID?: string
  readonly imageID?: string
}

type ContainerState = Readonly<
  Record<
    string,
    {
      readonly reason?: string
      readonly message?: string
      readonly startedAt?: string
      readonly finishedAt?: string
      readonly exitCode?: number
    }
  >
>

interface Port {
  readonly containerPort: number
  readonly hostPort?: number
  readonly protocol?: string
  readonly name?: string
}
interface Mount {
  readonly name: string
  readonly mountPath: string
  readonly readOnly?: boolean
  readonly subPath?: string
}
interface Container {
  readonly name: string
  readonly image?: string
  readonly ports?: readonly Port[]
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly resources?: { readonly limits?: Readonly<Record<string, string>>; readonly requests?: Readonly<Record<string, string>> }
  readonly env?: readonly JsonObject[]
  readonly envFrom?: readonly EnvSource[]
  readonly volumeMounts?: readonly Mount[]
  readonly livenessProbe?: Probe
  readonly readinessProbe?: Probe
  readonly startupProbe?: Probe
}
interface EnvSource {
  readonly prefix?: string
  readonly configMapRef?: { readonly name?: string; readonly optional?: boolean }
  readonly secretRef?: { readonly name?: string; readonly optional?: boolean }
}
interface Probe {
  readonly exec?: { readonly command?: readonly string[] }
  readonly httpGet?: { readonly scheme?: string; readonly host?: string; readonly port?: Json; readonly path?: string }
  readonly tcpSocket?: { readonly host?: string; readonly port?: Json }
  readonly grpc?: { readonly port?: number; readonly service?: string }
  readonly initialDelaySeconds?: number
  readonly timeoutSeconds?: number
  readonly periodSeconds?: number
  readonly successThreshold?: number
  readonly failureThreshold?: number
}

/** `inTemplate`: shifted to the right, the name by one blank. */
export function containerLines(
  title: string,
  list: Json | undefined,
  statuses: readonly ContainerStatus[] = [],
  inTemplate = false,
): Lines {
  const containers = (list ?? []) as readonly unknown[] as readonly Container[]
  const head = `${inTemplate ? '  ' : ''}${title}:${containers.length === 0 ? ' <none>' : ''}`
  return [
    head,
    ...containers.flatMap((c) => [
      `  ${inTemplate ? ' ' : ''}${c.name}:`,
      ...containerFacts(
        c,
        statuses.find((s) => s.name === c.name),
      ),
    ]),
  ]
}

function containerFacts(c: Container, status: ContainerStatus | undefined): Lines {
  const { ports = [], resources = {}, env = [], envFrom = [] } = c
  const many = ports.length > 1 ? 's' : ''
  const portText = (number: (p: Port) => number) =>
    none(ports.map((p) => `${number(p)}/${p.protocol ?? 'TCP'}${p.name ? ` (${p.name})` : ''}`).join(', '))
  return [
    ...(status ? [`    Container ID:\t${status.containerID ?? ''}`] : []),
    `    Image:\t${c.image ?? ''}`,
    ...(status ? [`    Image ID:\t${status.imageID ?? ''}`] : []),
    `    Port${many}:\t${portText((p) => p.containerPort)}`,
    `    Host Port${many}:\t${portText((p) => p.hostPort ?? 0)}`,
    ...words('Command', c.command),
    ...words('Args', c.args),
    ...(status ? stateLines(status) : []),
    ...resourceLines(resources, 4),
    ...(c.livenessProbe ? [`    Liveness:\t${probeText(c.livenessProbe)}`] : []),
    ...(c.readinessProbe ? [`    Readiness:\t${probeText(c.readinessProbe)}`] : []),
    ...(c.startupProbe ? [`    Startup:\t${probeText(c.startupProbe)}`] : []),
    ...(envFrom.length === 0 ? [] : ['    Environment Variables from:', ...envFrom.map(sourceText)]),
    ...(env.length === 0 ? ['    Environment:\t<none>'] : ['    Environment:', ...env.flatMap(variableLines)]),
    ...mountLines(c.volumeMounts),
  ]
}

export function resourceLines({ limits, requests }: NonNullable<Container['resources']>, indent: number): Lines {
  const pad = ' '.repeat(indent)
  return [
    ...(limits ? [`${pad}Limits:`, ...keyed(limits, indent + 2)] : []),
    ...(requests ? [`${pad}Requests:`, ...keyed(requests, indent + 2)] : []),
  ]
}

function mountLines(mounts: readonly Mount[] = []): Lines {
  if (mounts.length === 0) return ['    Mounts:\t<none>']
  const sorted = [...mounts].sort((a, b) => (a.mountPath < b.mountPath ? -1 : 1))
  const text = ({ mountPath, name, readOnly, subPath }: Mount) =>
    `      ${mountPath} from ${name} (${readOnly ? 'ro' : 'rw'}${subPath ? `,path=${JSON.stringify(subPath)}` : ''})`
  return ['    Mounts:', ...sorted.map(text)]
}

const words = (title: string, list: readonly string[] | undefined): Lines =>
  list?.length ? [`    ${title}:`, ...list.flatMap((w) => w.split('\n').map((l) => `      ${l}`))] : []

function stateLines({ state, lastState, ready, restartCount }: ContainerStatus): Lines {
  return [
    ...oneState('State', state),
    ...(lastState && Object.keys(lastState).length > 0 ? oneState('Last State', lastState) : []),
    `    Ready:\t${ready ? 'True' : 'False'}`,
    `    Restart Count:\t${restartCount ?? 0}`,
  ]
}

function oneState(title: string, { running, waiting, terminated }: ContainerState = {}): Lines {
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

function variableLines(env: JsonObject): Lines {
  const head = `      ${String(env.name)}:`
  const from = env.valueFrom as Record<string, Readonly<Record<string, Json>>> | undefined
  if (!from)
    return String(env.value ?? '')
      .split('\n')
      .map((row, i) => (i === 0 ? `${head}\t${row}` : `      \t${row}`))
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = from
  if (fieldRef) return [`${head}\t (${String(fieldRef.apiVersion)}:${String(fieldRef.fieldPath)})`]
  if (resourceFieldRef) return [`${head}\t (${String(resourceFieldRef.resource)})`]
  if (configMapKeyRef)
    return [
      `${head}\t<set to the key '${String(configMapKeyRef.key)}' of config map '${String(configMapKeyRef.name)}'>\t${optional(configMapKeyRef)}`,
    ]
  if (secretKeyRef)
    return [`${head}\t<set to the key '${String(secretKeyRef.key)}' in secret '${String(secretKeyRef.name)}'>\t${optional(secretKeyRef)}`]
  return [`${head}\t`]
}

export const optional = (source: { readonly optional?: Json }) => `Optional: ${String(source.optional ?? false)}`

function sourceText({ prefix, configMapRef, secretRef }: EnvSource): string {
  const source = configMapRef ?? secretRef ?? {}
  return `      ${source.name ?? ''}\t${configMapRef ? 'ConfigMap' : 'Secret'}${prefix ? ` with prefix '${prefix}'` : ''}\t${optional(source)}`
}

function probeText(probe: Probe): string {
  const { initialDelaySeconds = 0, timeoutSeconds = 0, periodSeconds = 0, successThreshold = 0, failureThreshold = 0 } = probe
  const attributes = `delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s period=${periodSeconds}s successThreshold=${successThreshold} failureThreshold=${failureThreshold}`
  return `${probedText(probe)} ${attributes}`
}

function probedText({ exec, httpGet, tcpSocket, grpc }: Probe): string {
  if (exec) return `exec ${goList(exec.command)}`
  if (httpGet)
    return `http-get ${(httpGet.scheme ?? '').toLowerCase()}://${httpGet.host ?? ''}:${String(httpGet.port ?? '')}${httpGet.path ?? ''}`
  if (tcpSocket) return `tcp-socket ${tcpSocket.host ?? ''}:${String(tcpSocket.port ?? '')}`
  return grpc ? `grpc <pod>:${grpc.port ?? 0} ${grpc.service ?? ''}` : 'unknown'
}
