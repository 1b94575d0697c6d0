// The hooks of a container: after its start, and before its stop. One that asks a port by TCP has been no hook for long, and fails.
// Upstream: kubernetes pkg/kubelet/lifecycle/handlers.go (handlerRunner)

import { isObject, type JsonObject } from '../base/json'
import { runHandler, type Handled, type Listening } from './containerHandler'
import { formatPod } from './formatPod'

/** `done` hears why it failed, or null. */
export function runHook(at: Listening, of: Handled, hook: JsonObject, done: (message: string | null) => void): void {
  const { sleep, exec, httpGet, tcpSocket } = hook
  if (isObject(sleep)) return void at.io.after(Number(sleep.seconds) * 1000, () => done(null))
  if (isObject(tcpSocket)) return done(`Cannot run handler: invalid handler: ${printed(tcpSocket)}`)
  runHandler(at, of, hook, ({ problem }) => {
    if (problem === null) return done(null)
    const failed = `for Container "${of.container.name}" in Pod "${formatPod(at.pod)}" failed - error: ${problem}`
    if (isObject(httpGet)) return done(`HTTP lifecycle hook (${String(httpGet.path ?? '')}) ${failed}`)
    const command = isObject(exec) ? ((exec.command ?? []) as readonly string[]) : []
    done(`Exec lifecycle hook ([${command.join(' ')}]) ${failed}, message: ""`)
  })
}

/** As Go prints such a handler. */
function printed({ port, host = '' }: JsonObject): string {
  const value = typeof port === 'string' ? `{1 0 ${port}}` : `{0 ${String(port)} }`
  return `&LifecycleHandler{Exec:nil,HTTPGet:nil,TCPSocket:&TCPSocketAction{Port:${value},Host:${String(host)},},Sleep:nil,}`
}
