// The probes of a Pod's running containers: startup first, then readiness and liveness, each on its period until its threshold decides.
// A running container answers on the ports that its Pod declares, on every port if it declares none; what is executed in it succeeds.
// A probe whose verdict stands runs on background timers: it does not keep the cluster from being idle.
// Leaves out: time-outs (nothing here is slow), headers, TLS.
// Upstream: kubernetes pkg/kubelet/prober/{worker,prober,prober_manager}.go

import type { Container, Pod, Probe } from '../api/kinds/pod/types'
import type { PartIo, Timer } from '../base/part'
import type { ContainerRecord } from './podRecord'
import { runHandler } from './containerHandler'
import type { RuntimeClient } from './runtimeClient'

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
  timer: Timer | null
  last: boolean | null
  run: number
  verdict: boolean | null
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

  /** The container has just been started. `since` is when its Pod came to this node: periods count from there. */
  start(record: ContainerRecord, since: number): void {
    const { container } = record
    record.started = !container.startupProbe
    record.ready = record.started && isServing(record) && !container.readinessProbe
    if (container.startupProbe) this.begin(record, 'startup', container.startupProbe, since)
    else this.begun(record, since)
  }

  /** None of the container's probes runs on (`kind` undefined), or none of that kind. */
  stop(container?: string, keep?: ProbeKind): void {
    const ends = (r: Running) => (container === undefined || r.container === container) && r.kind !== keep
    for (const r of this.running) if (ends(r)) r.timer?.cancel()
    this.running = this.running.filter((r) => !ends(r))
  }

  private begun(record: ContainerRecord, since: number): void {
    const { livenessProbe, readinessProbe } = record.container
    if (readinessProbe && isServing(record)) this.begin(record, 'readiness', readinessProbe, since)
    if (livenessProbe) this.begin(record, 'liveness', livenessProbe, since)
  }

  private begin(record: ContainerRecord, kind: ProbeKind, probe: Probe, since: number): void {
    const running: Running = {
      kind,
      probe,
      container: record.id,
      timer: null,
      last: null,
      run: 0,
      verdict: kind === 'liveness' ? true : null,
    }
    this.running.push(running)
    const period = periodOf(probe)
    const initial = (probe.initialDelaySeconds ?? 0) * 1000
    // Readiness is asked as soon as the container runs; the others at the first turn of their period after the initial delay.
    const turn = period - ((this.io.now + initial - since) % period)
    const delay = kind === 'readiness' && initial === 0 ? 0 : initial + turn
    this.wait(record, running, delay)
  }

  private wait(record: ContainerRecord, running: Running, delay: number): void {
    const settled = running.last !== null && running.verdict === running.last
    running.timer = this.io.after(delay, () => this.ask(record, running), { background: settled })
  }

  private ask(record: ContainerRecord, running: Running): void {
    runHandler(this.runtime, running.container, this.target, running.probe, (problem) => {
      if (!this.running.includes(running)) return
      this.answered(record, running, problem)
      if (this.running.includes(running)) this.wait(record, running, periodOf(running.probe))
    })
  }

  private answered(record: ContainerRecord, running: Running, problem: string | null): void {
    const { kind, probe } = running
    const ok = problem === null
    running.run = running.last === ok ? running.run + 1 : 1
    running.last = ok
    if (problem !== null) this.target.probeFailed(record, `${kind[0]!.toUpperCase()}${kind.slice(1)} probe failed: ${problem}`)
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
      this.begun(record, this.io.now)
      this.target.probesChanged()
    }
  }
}

/** Init containers that end are never ready before; sidecars and the others are. */
const isServing = ({ init, container }: { init: boolean; container: Container }) => !init || container.restartPolicy === 'Always'

const periodOf = ({ periodSeconds }: Probe) => (periodSeconds ?? 10) * 1000
