// The probes of a Pod's running containers: startup first, then readiness and liveness, each on its period until its threshold decides.
// A running container answers on the ports that its Pod declares, on every port if it declares none; what is executed in it succeeds.
// A probe whose verdict stands runs on background timers: it does not keep the cluster from being idle.
// Leaves out: other time-outs than those of gRPC (nothing here is slow), headers, TLS; that each sync asks anew for a readiness that is not there.
// Upstream: kubernetes pkg/kubelet/prober/{worker,prober,prober_manager}.go

import type { Container, Pod, Probe } from '../api/kinds/pod/types'
import type { Millis, PartIo, Timer } from '../base/part'
import type { ContainerRecord } from './podRecord'
import { runHandler } from './containerHandler'
import type { RuntimeClient } from './runtimeClient'

const SECOND = 1000

type ProbeKind = DecidingKind | 'readiness'
/** A container that fails one of these is stopped. */
export type DecidingKind = 'startup' | 'liveness'

export interface ProbedPod {
  readonly pod: Pod
  readonly podIP: string
  probeFailed(record: ContainerRecord, message: string): void
  /** The verdict of startup or readiness changed `started` or `ready`. */
  probesChanged(): void
  /** Liveness or startup have failed for good. */
  unhealthy(record: ContainerRecord, kind: DecidingKind): void
}

interface Running {
  readonly kind: ProbeKind
  readonly probe: Probe
  readonly container: string
  /** From when its periods count. */
  readonly since: Millis
  timer: Timer | null
  last: boolean | null
  run: number
  verdict: boolean | null
}

/** What an earlier kubelet has found out: it stands until it is found out otherwise. */
export interface Seen {
  readonly started: boolean
  readonly ready: boolean
}
const UNSEEN: Seen = { started: false, ready: false }

/** What a container has been told to be that runs for ten seconds and more; of one that has only begun nothing counts. */
export function seenOf({ status }: Pod, { container, state }: ContainerRecord, epochNow: number): Seen | undefined {
  if (Date.parse(state.running?.startedAt ?? '') >= epochNow - 10_000) return undefined
  const told = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].find((s) => s.name === container.name)
  const ready = status.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false
  return { started: told?.started ?? false, ready }
}

/** Whether anything is to be asked of a container. */
export const isProbed = ({ container }: ContainerRecord): boolean =>
  (container.startupProbe ?? container.readinessProbe ?? container.livenessProbe) !== undefined

/** A container that nothing is asked of has started, and is ready, once it runs. */
export function startUnprobed(record: ContainerRecord): void {
  record.started = true
  record.ready = isServing(record)
}

export class Prober {
  private running: Running[] = []

  constructor(
    private readonly io: PartIo,
    private readonly runtime: RuntimeClient,
    private readonly target: ProbedPod,
  ) {}

  /** The container runs. `since` is when its Pod came to this node: periods count from there. `was`: as an earlier kubelet saw it. */
  start(record: ContainerRecord, since: Millis, was: Seen = UNSEEN): void {
    const { startupProbe, readinessProbe } = record.container
    record.started = !startupProbe || was.started
    record.ready = record.started && isServing(record) && (!readinessProbe || was.ready)
    if (startupProbe && !record.started) this.begin(record, 'startup', startupProbe, since)
    else this.begun(record, since)
  }

  /** None of the container's probes runs on (`kind` undefined), or none of that kind. */
  stop(container?: string, keep?: ProbeKind): void {
    const ends = (r: Running) => (container === undefined || r.container === container) && r.kind !== keep
    for (const r of this.running) if (ends(r)) r.timer?.cancel()
    this.running = this.running.filter((r) => !ends(r))
  }

  /** Readiness is asked at once, and its periods count from then; the others keep the time of the Pod. */
  private begun(record: ContainerRecord, since: Millis): void {
    const { livenessProbe, readinessProbe } = record.container
    if (readinessProbe && isServing(record)) this.begin(record, 'readiness', readinessProbe, this.io.now)
    if (livenessProbe) this.begin(record, 'liveness', livenessProbe, since)
  }

  private begin(record: ContainerRecord, kind: ProbeKind, probe: Probe, since: Millis): void {
    const verdict = kind === 'liveness' ? true : null
    const running: Running = { kind, probe, container: record.id, since, timer: null, last: null, run: 0, verdict }
    this.running.push(running)
    const { now, epochNow } = this.io
    const startedAt = now - (epochNow - Date.parse(record.state.running?.startedAt ?? ''))
    const first = startedAt + (probe.initialDelaySeconds ?? 0) * SECOND
    if (kind === 'readiness' && first <= now) return this.wait(record, running, now)
    this.wait(record, running, this.turn(running, first))
  }

  /** The first turn of its period that is still to come, and not before `first`. */
  private turn({ since, probe }: Running, first: Millis): Millis {
    const period = periodOf(probe)
    const turns = Math.max(Math.floor((this.io.now - since + 1) / period) + 1, Math.ceil((first - since) / period))
    return since + turns * period
  }

  private wait(record: ContainerRecord, running: Running, until: Millis): void {
    const settled = running.last !== null && running.verdict === running.last
    running.timer = this.io.after(until - this.io.now, () => this.ask(record, running), { background: settled })
  }

  private ask(record: ContainerRecord, running: Running): void {
    const { io, runtime, target } = this
    const { kind, probe } = running
    runHandler({ io, runtime, pod: target.pod, podIP: target.podIP }, record, probe, ({ problem, asked }) => {
      if (!this.running.includes(running)) return
      const name = `${kind[0]!.toUpperCase()}${kind.slice(1)} probe`
      // Where it did not come to asking nothing is known.
      if (!asked) target.probeFailed(record, `${name} errored and resulted in unknown state: ${problem}`)
      else if (problem !== null) target.probeFailed(record, `${name} failed: ${problem}`)
      if (asked) this.answered(record, running, problem === null)
      if (this.running.includes(running)) this.wait(record, running, this.turn(running, io.now))
    })
  }

  private answered(record: ContainerRecord, running: Running, ok: boolean): void {
    const { kind, probe } = running
    running.run = running.last === ok ? running.run + 1 : 1
    running.last = ok
    if (running.run < (ok ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3)) || running.verdict === ok) return
    running.verdict = ok
    if (kind === 'readiness') {
      record.ready = ok
      this.target.probesChanged()
    } else if (!ok) {
      this.stop(running.container)
      this.target.unhealthy(record, kind)
    } else if (kind === 'startup') {
      this.stop(running.container)
      record.started = true
      record.ready = isServing(record) && !record.container.readinessProbe
      this.begun(record, running.since)
      this.target.probesChanged()
    }
  }
}

/** Init containers that end are never ready before; sidecars and the others are. */
const isServing = ({ init, container }: { init: boolean; container: Container }) => !init || container.restartPolicy === 'Always'

const periodOf = ({ periodSeconds }: Probe) => (periodSeconds ?? 10) * SECOND
