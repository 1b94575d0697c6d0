// What a probe or a lifecycle hook does to a container, in the model: exec succeeds, and a port answers if the Pod declares it or declares none.
// Upstream: kubernetes pkg/kubelet/lifecycle/handlers.go, pkg/probe/{exec,http,tcp,grpc}

import type { Pod } from '../api/kinds/pod/types'
import { isObject, type JsonObject } from '../base/json'
import type { RuntimeClient } from './runtimeClient'

export interface Listening {
  readonly pod: Pod
  readonly podIP: string
}

/** `done` gets null for success, or what went wrong in the words of the real one. */
export function runHandler(
  runtime: RuntimeClient,
  container: string,
  at: Listening,
  handler: JsonObject,
  done: (problem: string | null) => void,
): void {
  const { exec, httpGet, tcpSocket, grpc } = handler
  if (isObject(exec))
    return runtime.call('ExecSync', { container, command: exec.command ?? [] }, (reply) =>
      done(reply.ok ? (Number(reply.result.exitCode) === 0 ? null : String(reply.result.output ?? '')) : reply.error),
    )
  if (isObject(httpGet)) {
    const { path = '/', scheme = 'HTTP' } = httpGet
    const address = addressOf(at, httpGet)
    const url = `${String(scheme).toLowerCase()}://${address.text}${String(path).startsWith('/') ? '' : '/'}${String(path)}`
    return done(address.answers ? null : `Get "${url}": dial tcp ${address.text}: connect: connection refused`)
  }
  if (isObject(tcpSocket)) {
    const address = addressOf(at, tcpSocket)
    return done(address.answers ? null : `dial tcp ${address.text}: connect: connection refused`)
  }
  if (isObject(grpc)) {
    const address = addressOf(at, grpc)
    return done(address.answers ? null : `timeout: failed to connect service "${address.text}" within 1s: context deadline exceeded`)
  }
  done(null)
}

function addressOf({ pod, podIP }: Listening, { host, port }: JsonObject): { text: string; answers: boolean } {
  const declared = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].flatMap((c) => c.ports ?? [])
  const number = typeof port === 'number' ? port : (declared.find((p) => p.name === port)?.containerPort ?? Number(port))
  const name = typeof host === 'string' && host !== '' ? host : podIP
  const inside = name === podIP || name === 'localhost' || name === '127.0.0.1'
  return { text: `${name}:${number}`, answers: inside && (declared.length === 0 || declared.some((p) => p.containerPort === number)) }
}
