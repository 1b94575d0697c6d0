// What a probe or a lifecycle hook does to a container, in the model: exec succeeds, and a port answers if the Pod declares it or declares none.
// A port has its name in its own container. Who asks by gRPC waits for a connection as long as the probe may take.
// Upstream: kubernetes pkg/probe/{util.go,exec,http,tcp,grpc}, pkg/kubelet/prober/prober.go (runProbe)

import type { Container, Pod } from '../api/kinds/pod/types'
import { goDuration } from '../api/go/duration'
import { isObject, type Json, type JsonObject } from '../base/json'
import type { PartIo } from '../base/part'
import type { RuntimeClient } from './runtimeClient'

const SECOND = 1000

export interface Listening {
  readonly io: PartIo
  readonly runtime: RuntimeClient
  readonly pod: Pod
  readonly podIP: string
}

/** A container that has been started. */
export interface Handled {
  readonly id: string
  readonly container: Container
}

/** `problem`: what went wrong, in the words of the real one; null for success. `asked`: it came to asking the container at all. */
export interface Handling {
  readonly problem: string | null
  readonly asked: boolean
}

const WELL: Handling = { problem: null, asked: true }
const failed = (problem: string): Handling => ({ problem, asked: true })

export function runHandler(at: Listening, { id, container }: Handled, handler: JsonObject, done: (outcome: Handling) => void): void {
  const { exec, httpGet, tcpSocket, grpc } = handler
  if (isObject(exec))
    return at.runtime.call('ExecSync', { container: id, command: exec.command ?? [] }, (reply) => {
      if (!reply.ok) return done({ problem: reply.error, asked: false })
      done(Number(reply.result.exitCode) === 0 ? WELL : failed(String(reply.result.output ?? '')))
    })
  const action = [httpGet, tcpSocket, grpc].find(isObject)
  if (!action) return done(WELL)
  const port = portOf(container, action.port)
  if (typeof port === 'string') return done({ problem: port, asked: false })
  const address = addressOf(at, action.host, port)
  if (address.answers) return done(WELL)
  const refused = `dial tcp ${address.text}: connect: connection refused`
  if (isObject(grpc)) {
    const seconds = Number(handler.timeoutSeconds ?? 1)
    const late = `timeout: failed to connect service "${address.text}" within ${goDuration(seconds * SECOND)}: context deadline exceeded`
    return void at.io.after(seconds * SECOND, () => done(failed(late)))
  }
  if (!isObject(httpGet)) return done(failed(refused))
  const { path = '/', scheme = 'HTTP' } = httpGet
  const url = `${String(scheme).toLowerCase()}://${address.text}${String(path).startsWith('/') ? '' : '/'}${String(path)}`
  done(failed(`Get "${url}": ${refused}`))
}

/** Its number, or why there is none. */
function portOf({ ports = [] }: Container, port: Json | undefined): number | string {
  const named = ports.find(({ name }) => name !== undefined && name === port)
  const text = String(named?.containerPort ?? port)
  if (!/^[+-]?\d+$/.test(text)) return `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`
  return Number(text) > 0 && Number(text) < 65536 ? Number(text) : `invalid port number: ${Number(text)}`
}

function addressOf({ pod, podIP }: Listening, host: Json | undefined, port: number): { text: string; answers: boolean } {
  const declared = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].flatMap((c) => c.ports ?? [])
  const name = typeof host === 'string' && host !== '' ? host : podIP
  const inside = name === podIP || name === 'localhost' || name === '127.0.0.1'
  return { text: `${name}:${port}`, answers: inside && (declared.length === 0 || declared.some((p) => p.containerPort === port)) }
}
