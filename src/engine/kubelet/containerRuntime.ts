// The stand-in container runtime of a node: sandboxes, images and containers in virtual time. It is a process of its own: what runs
// goes on when the kubelet dies. An image whose name contains `nope` is not found, one with `crash` exits with 1, one with `oneshot` with 0,
// 1.2 s after its start; all others run until they are stopped, and then exit with 0.
// Leaves out: real images, networking beyond an address for each sandbox, what a limit of CPU or memory does to a container.
// Upstream: cri-api pkg/apis/runtime/v1/api.proto; the corpus' recording set-up

import type { NodeSpec } from '../cluster/types'
import { FIRST_POD, LAST_POD, podAddress } from './addresses'
import { splitDomain } from './imageName'
import { isObject, type Json, type JsonObject } from '../base/json'
import type { Part, PartIo, Timer } from '../base/part'
import type { CriMethod, Message } from '../base/wire'
import type { PartId } from '../base/ids'

const PULL = 400
/** What the plugin says; upstream names the range. */
const NO_ADDRESS = 'rpc error: code = Unknown desc = failed to setup network for sandbox: no IP addresses available in range set'
const SANDBOX = 90
const LIFE = 1200
const KILLED = 137
/** The exit code of what nobody saw end. */
const UNKNOWN = 255

interface Sandbox {
  readonly id: string
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly attempt: number
  readonly ip: string
  /** Until it is stopped, or the machine goes down. */
  ready: boolean
}

interface RunningContainer {
  readonly id: string
  readonly attempt: number
  readonly name: string
  readonly image: string
  readonly sandbox: string
  /** CPU and memory that it is held to. */
  resources: JsonObject
  startedAt: number
  finishedAt: number
  exitCode: number
  exit: Timer | null
  state: 'created' | 'running' | 'exited'
  /** Where its exit code does not say it. */
  reason?: string
}

/** Whole name and digest of an image that was asked for by a shorter one. */
interface ImageNames {
  readonly name: string
  readonly digest: string
}

export class ContainerRuntime implements Part {
  readonly id: PartId
  private io!: PartIo
  private readonly images = new Set<string>()
  private readonly known = new Map<string, ImageNames>()
  private readonly sandboxes = new Map<string, Sandbox>()
  private readonly containers = new Map<string, RunningContainer>()
  /** The last part of the address that a sandbox got last. */
  private host = FIRST_POD - 1

  constructor(
    private readonly node: NodeSpec,
    private readonly index: number,
  ) {
    this.id = `${node.name}/runtime`
  }

  start(io: PartIo): void {
    this.io = io
    for (const container of this.containers.values()) {
      if (container.state !== 'running') continue
      if (this.sandboxes.get(container.sandbox)?.ready) this.follow(container)
      else Object.assign(container, { state: 'exited', exitCode: UNKNOWN, reason: 'Unknown', finishedAt: io.epochNow })
    }
  }

  /** Containers go on without the runtime (each has a shim); only a power loss ends them: how, nobody knows then. */
  crash({ powerLost }: { readonly powerLost: boolean }): void {
    if (powerLost) for (const sandbox of this.sandboxes.values()) sandbox.ready = false
  }

  receive(message: Message): void {
    if (message.type !== 'cri.call') return
    const { call, method, params } = message
    const text = (name: string) => String(params[name] ?? '')
    switch (method) {
      case 'RunPodSandbox':
        return this.later(SANDBOX, call, method, () =>
          this.runSandbox(text('namespace'), text('name'), text('uid'), Number(params.attempt ?? 0)),
        )
      case 'ImageStatus':
        return this.reply(call, method, { present: this.images.has(text('image')) })
      case 'PullImage':
        return this.later(PULL, call, method, () => this.pull(text('image')))
      case 'CreateContainer':
        return this.reply(
          call,
          method,
          this.create(text('sandbox'), text('name'), text('image'), Number(params.attempt ?? 0), params.resources),
        )
      case 'UpdateContainerResources':
        return this.reply(call, method, this.update(text('container'), params.resources))
      case 'StartContainer':
        return this.reply(call, method, this.run(text('container')))
      case 'StopContainer':
        return this.reply(call, method, this.stop(text('container')))
      case 'StopPodSandbox':
        this.stopSandbox(text('sandbox'))
        return this.reply(call, method, {})
      case 'RemovePodSandbox':
        this.removeSandbox(text('sandbox'))
        return this.reply(call, method, {})
      case 'ListPodSandbox':
        return this.reply(call, method, { sandboxes: this.listSandboxes() })
      case 'ListContainers':
        return this.reply(call, method, this.list(text('uid')))
      case 'RemoveContainer':
        this.containers.delete(text('container'))
        return this.reply(call, method, {})
      default:
        return this.reply(call, method, { exitCode: 0 })
    }
  }

  private later(delay: number, call: number, method: CriMethod, act: () => JsonObject): void {
    this.io.after(delay, () => this.reply(call, method, act()))
  }

  private reply(call: number, method: CriMethod, result: JsonObject): void {
    const { error, ...rest } = result
    this.io.send(this.node.name, { type: 'cri.reply', call, method, ...(typeof error === 'string' ? { error } : { result: rest }) })
  }

  private runSandbox(namespace: string, name: string, uid: string, attempt: number): JsonObject {
    const id = `${name}_${namespace}_${uid}_${attempt}`
    const ip = this.nextAddress()
    if (!ip) return { error: NO_ADDRESS }
    const sandbox = { id, namespace, name, uid, attempt, ip, ready: true }
    this.sandboxes.set(id, sandbox)
    return { sandbox: id, ip: sandbox.ip }
  }

  /** The next that no sandbox has; null when all are taken. */
  private nextAddress(): string | null {
    const taken = new Set([...this.sandboxes.values()].flatMap(({ ip, ready }) => (ready ? [ip] : [])))
    for (let tries = FIRST_POD; tries <= LAST_POD; tries++) {
      this.host = this.host === LAST_POD ? FIRST_POD : this.host + 1
      const ip = podAddress(this.index, this.host)
      if (!taken.has(ip)) return ip
    }
    return null
  }

  private pull(image: string): JsonObject {
    const { name, digest } = this.names(image)
    if (image.includes('nope'))
      return {
        error: `rpc error: code = NotFound desc = failed to pull and unpack image "${name}": failed to resolve reference "${name}": ${name}: not found`,
      }
    this.images.add(image)
    return { image: name, digest, size: 20_028_000 }
  }

  private create(sandbox: string, name: string, image: string, attempt: number, asked: Json | undefined): JsonObject {
    const id = `${sandbox}_${name}_${attempt}`
    const resources = isObject(asked) ? asked : {}
    const times = { startedAt: 0, finishedAt: 0, exitCode: 0, exit: null }
    this.containers.set(id, { id, attempt, name, image, sandbox, resources, ...times, state: 'created' })
    return { container: id }
  }

  private update(id: string, asked: Json | undefined): JsonObject {
    const container = this.containers.get(id)
    if (!container) return { error: `rpc error: code = NotFound desc = container ${id} not found` }
    if (isObject(asked)) container.resources = asked
    return {}
  }

  private run(id: string): JsonObject {
    const container = this.containers.get(id)
    if (!container) return { error: `rpc error: code = NotFound desc = container ${id} not found` }
    container.state = 'running'
    container.startedAt = this.io.epochNow
    this.follow(container)
    const { name, digest } = this.names(container.image)
    return { startedAt: container.startedAt, image: name, digest }
  }

  /** Hears of a container's end when it comes; of one that ended while the runtime was down, at once. */
  private follow(container: RunningContainer): void {
    const code = container.image.includes('crash') ? 1 : container.image.includes('oneshot') ? 0 : null
    if (code === null) return
    const end = container.startedAt + LIFE
    container.exit = this.io.after(Math.max(0, end - this.io.epochNow), () => this.exited(container, code, end))
  }

  private exited(container: RunningContainer, exitCode: number, finishedAt: number): void {
    Object.assign(container, { state: 'exited', exitCode, finishedAt })
    this.io.send(this.node.name, {
      type: 'cri.exited',
      params: { container: container.id, exitCode, startedAt: container.startedAt, finishedAt },
    })
  }

  private stop(id: string): JsonObject {
    const container = this.containers.get(id)
    if (!container) return { exitCode: 0, finishedAt: this.io.epochNow }
    container.exit?.cancel()
    if (container.state !== 'exited') Object.assign(container, { state: 'exited', exitCode: 0, finishedAt: this.io.epochNow })
    return { exitCode: container.exitCode, finishedAt: container.finishedAt }
  }

  private listSandboxes(): JsonObject[] {
    return [...this.sandboxes.values()].map(({ id, namespace, name, uid, ready }) => ({ id, namespace, name, uid, ready }))
  }

  /** The newest sandbox of a Pod, and its newest container of each name. */
  private list(uid: string): JsonObject {
    const sandboxes = [...this.sandboxes.values()].filter((s) => s.uid === uid)
    const sandbox = sandboxes.at(-1)
    if (!sandbox) return {}
    const newest = new Map<string, RunningContainer>()
    for (const c of this.containers.values()) if (sandboxes.some(({ id }) => id === c.sandbox)) newest.set(c.name, c)
    const containers = [...newest.values()].map(({ exit: _exit, sandbox: _sandbox, ...c }): JsonObject => {
      const { name: image, digest } = this.names(c.image)
      return { ...c, asked: c.image, image, digest }
    })
    return { sandbox: sandbox.id, attempt: sandbox.attempt, ready: sandbox.ready, ip: sandbox.ip, containers }
  }

  private names(image: string): ImageNames {
    let names = this.known.get(image)
    if (!names) {
      const name = fullName(image)
      this.known.set(image, (names = { name, digest: imageId(name) }))
    }
    return names
  }

  /** Its network goes, and those of its Pod before it; what runs in them is killed, and stays to be asked about. */
  private stopSandbox(id: string): void {
    const stopped = this.withThoseBefore(id)
    for (const sandbox of stopped) this.sandboxes.get(sandbox)!.ready = false
    for (const container of this.containers.values()) {
      if (container.state !== 'running' || !stopped.includes(container.sandbox)) continue
      container.exit?.cancel()
      Object.assign(container, { state: 'exited', exitCode: KILLED, finishedAt: this.io.epochNow })
    }
  }

  /** The sandbox goes, those of its Pod before it, and all that was in them. */
  private removeSandbox(id: string): void {
    const gone = this.withThoseBefore(id)
    for (const sandbox of gone) this.sandboxes.delete(sandbox)
    for (const container of this.containers.values()) {
      if (!gone.includes(container.sandbox)) continue
      container.exit?.cancel()
      this.containers.delete(container.id)
    }
  }

  private withThoseBefore(id: string): readonly string[] {
    const uid = this.sandboxes.get(id)?.uid
    return [...this.sandboxes.values()].filter((s) => s.uid === uid).map((s) => s.id)
  }
}

/** `docker.io/library/nginx:latest` of `nginx`; a digest needs no tag. */
function fullName(image: string): string {
  const tagged = /[:@][^/]*$/.test(image) ? image.replace(/:[^/:@]*@/, '@') : `${image}:latest`
  const { domain, rest } = splitDomain(tagged)
  return `${domain}/${rest}`
}

const imageId = (name: string) => (name.includes('@') ? name : `${name.replace(/:[^/:]*$/, '')}@sha256:${digest(name)}`)

/** 64 hex digits that follow from the name. */
function digest(name: string): string {
  let out = ''
  for (let seed = 0; out.length < 64; seed++) {
    let h = 0x811c9dc5 ^ seed
    for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193)
    out += (h >>> 0).toString(16).padStart(8, '0')
  }
  return out
}
