// What components ask, hear and do: the scheduler, the controllers, the kubelets and their runtimes.

import { stageSteps } from '../engine/steps'
import type { Hop, HttpRequest, JsonObject, RequestId, RequestRecord, WatchEvent } from '../engine/index'
import type { CommitHop, Fold, Opening, Send, StageHop } from './fold'
import { scaledFacts, scaleFacts } from './controllerMoments'
import { criKind, eventFacts, eventKind, eventPostFacts, nodeOf, reasonOf, requestFacts, sentFacts } from './momentFacts'
import type { MomentFacts, MomentKind } from './momentKinds'
import { rejectionFacts, senderOf, statusKind, stepOf, storedKind, type Sender } from './momentSteps'
import { nodeKind, taintsOf, whyNotReady } from './nodeMoments'
import { upkeepOf } from './upkeep'

/** A request that is told in several moments; the others take one. */
interface Told {
  readonly sender: Sender
  readonly kind: MomentKind
  checked: boolean
  stored: boolean
}

export class ComponentMoments {
  private readonly told = new Map<RequestId, Told>()
  private readonly scheduledTo = new Map<string, string>()
  /** Kubelets and the Pods that they have been told to stop. */
  private readonly stopping = new Set<string>()
  /** Nodes that the node-controller has written Unknown of and that have not said otherwise. */
  private readonly silent = new Set<string>()
  /** How many taints a Node was given since rest. */
  private readonly taints = new Map<string, number>()

  constructor(private readonly fold: Fold) {}

  requested(from: string, request: HttpRequest): Opening | null {
    const sender = senderOf(from)
    const facts = sentFacts(request)
    const name = facts.pod ?? ''
    const node = nodeKind(sender, request, this.taints.get(name) ?? 0)
    const upkeep = node?.kind === 'nodeReady' || node?.kind === 'nodeNotReady' ? null : upkeepOf(request, from)
    if (upkeep === 'always' || (upkeep === 'heartbeat' && !this.fold.telling.heartbeats)) return null
    const { kind, told } = node ? { ...node, kind: this.ofSilence(node.kind, name) } : statusKind(sender, request)
    if (told) this.told.set(request.id, { sender, kind, checked: false, stored: false })
    const taints = facts.resource === 'nodes' ? taintsOf(request) : null
    if (taints) this.taints.set(name, taints.length)
    const own: MomentFacts = {
      ...facts,
      part: from,
      node: sender === 'kubelet' ? from : facts.resource === 'nodes' ? name : (this.scheduledTo.get(name) ?? ''),
      ...(taints ? { message: taints.at(-1) ?? '' } : {}),
      ...(kind === 'controllerScales' ? scaleFacts(request) : {}),
      ...(kind === 'nodeNotReady' ? { message: whyNotReady(request) } : {}),
      ...(kind === 'eventPosted' ? eventPostFacts(request) : {}),
      ...(kind === 'statusRejected' ? rejectionFacts(request) : {}),
    }
    return { kind, actor: sender, step: node ? null : stepOf(sender), request: request.id, facts: own }
  }

  /** A taint that a silent node loses is not lifted because it was heard of: nobody is. */
  private ofSilence(kind: MomentKind, node: string): MomentKind {
    if (kind === 'nodeUnknown') this.silent.add(node)
    if (kind === 'nodeReady') this.silent.delete(node)
    return kind === 'nodeUntainted' && this.silent.has(node) ? 'nodeSpared' : kind
  }

  staged(hop: StageHop, record: RequestRecord): Opening | null {
    const told = this.told.get(hop.request)
    if (!told) return null
    const facts = { ...this.fold.stageFacts(hop, record), part: record.from, node: told.sender === 'kubelet' ? record.from : '' }
    const step = stepOf(told.sender)
    if (hop.outcome === 'refused') return { kind: 'componentRefused', actor: 'apiserver', step, request: hop.request, facts }
    const wanted = this.fold.hood || told.kind === 'bindingSent'
    if (!wanted || told.checked || stageSteps[hop.stage] !== 1) return null
    told.checked = true
    const kind = told.kind === 'bindingSent' ? 'bindingChecked' : 'componentChecked'
    return { kind, actor: 'apiserver', step, request: hop.request, facts }
  }

  committed(hop: CommitHop, record: RequestRecord, facts: MomentFacts): Opening | null {
    const told = this.told.get(record.id)
    if (!told || told.stored) return null
    told.stored = true
    const kind = storedKind(told.kind, hop.events)
    const more: MomentFacts = {
      ...eventFacts(hop.events),
      ...(kind === 'controllerScaled' ? scaledFacts(hop.events) : {}),
      ...(facts.resource === 'nodes' ? { node: facts.pod } : {}),
    }
    const step = facts.resource === 'nodes' ? null : stepOf(told.sender)
    return { kind, actor: 'etcd', step, request: record.id, facts: { ...facts, ...more } }
  }

  answered(record: RequestRecord, status: number): Opening | null {
    const told = this.told.get(record.id)
    if (!told) return null
    if (!this.fold.hood && told.kind !== 'bindingSent' && told.stored && status < 400) return null
    const facts = { ...requestFacts(record), code: String(status), reason: reasonOf(record, status), part: record.from }
    return { kind: 'componentAnswered', actor: 'apiserver', step: stepOf(told.sender), request: record.id, facts }
  }

  notified(to: string, request: RequestId, chunk: WatchEvent): Opening | null {
    const kind = eventKind(to, chunk)
    if (!kind) return null
    const metadata = chunk.object.metadata as JsonObject | undefined
    const pod = typeof metadata?.name === 'string' ? metadata.name : ''
    if (kind === 'kubeletToldToStop') {
      const told = `${to} ${String(metadata?.uid ?? pod)}`
      if (this.stopping.has(told)) return null
      this.stopping.add(told)
    }
    const sender = senderOf(to)
    const facts = { event: chunk.type, pod, part: to, node: sender === 'kubelet' ? to : '', kind: String(chunk.object.kind ?? '') }
    if (to === 'user')
      return { kind, actor: 'user', step: null, request, facts: { ...facts, ...this.fold.asker(this.fold.trace.request(request)) } }
    return { kind, actor: sender, step: stepOf(sender), request, facts }
  }

  decided(hop: Extract<Hop, { kind: 'decide' }>): Opening | null {
    const { decision } = hop
    if (decision.kind === 'reconcile') {
      const { controller, object, of, wanted, there } = decision
      const facts = { controller, object, kind: of, wanted: String(wanted), there: String(there), part: hop.by }
      return { kind: 'reconciled', actor: 'controllers', step: null, facts }
    }
    if (decision.kind !== 'schedule') return null
    this.scheduledTo.set(decision.pod.name, decision.chosen ?? '')
    const facts = { pod: decision.pod.name, node: decision.chosen ?? '', message: decision.message, part: hop.by }
    return { kind: decision.chosen === null ? 'unschedulable' : 'scheduled', actor: 'scheduler', step: 5, facts }
  }

  /** What the kubelet asks its runtime, and hears from it. */
  ran({ from, message }: Send): Opening | null {
    const runtime = (kind: MomentKind, facts: MomentFacts): Opening => ({ kind, actor: 'kubelet', step: 6, facts })
    if (message.type === 'cri.exited') return runtime('containerExited', { node: nodeOf(from) })
    if (message.type === 'cri.reply' && message.error !== undefined)
      return runtime('runtimeFailed', { node: nodeOf(from), call: message.method, message: message.error })
    const kind = message.type === 'cri.call' ? criKind(message.method) : null
    return kind && message.type === 'cri.call' ? runtime(kind, { node: from, call: message.method, part: from }) : null
  }
}
