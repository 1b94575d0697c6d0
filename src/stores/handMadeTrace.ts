// A short trace made by hand, for tests of what is drawn from traces: each line is one hop, in the engine's own vocabulary.

import type {
  Hop,
  HopBody,
  HopIndex,
  History,
  HttpRequest,
  HttpResponse,
  JsonObject,
  KeyValue,
  ProgramId,
  RequestRecord,
  Stage,
  StageDetail,
  StageOutcome,
  Trace,
} from '../engine/index'

type KeptRequest = { -readonly [K in keyof RequestRecord]: RequestRecord[K] } & { hops: HopIndex[] }

export class HandMadeTrace {
  readonly hops: Hop[] = []
  private readonly records = new Map<number, KeptRequest>()
  private readonly versions: KeyValue[] = []
  private revision = 1000
  private call = 0
  /** The hop that the next one is caused by. */
  cause: HopIndex | null = null

  readonly trace: Trace
  readonly history: History

  constructor() {
    const { hops, records } = this
    this.trace = {
      get length() {
        return hops.length
      },
      hop: (index) => hops[index]!,
      kept: (index) => hops[index]!,
      endOfEvent: (index) => index,
      hopsOf: (request) => records.get(request)?.hops ?? [],
      allRequests: () => records.values(),
      request: (request) => records.get(request),
      seek: (index) => ({ hop: hops[index]!, revision: hops[index]!.revision, at: hops[index]!.at }),
    }
    const list = (prefix: string, revision: number) => {
      const newest = new Map<string, KeyValue>()
      for (const kv of this.versions) if (kv.modRevision <= revision && kv.key.startsWith(prefix)) newest.set(kv.key, kv)
      return [...newest.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
    }
    this.history = {
      revision: this.revision,
      get: (key, revision) => list(key, revision)[0] ?? null,
      list,
      count: (prefix, revision) => list(prefix, revision).length,
    }
  }

  note(body: HopBody, request?: number): HopIndex {
    const index = this.hops.length
    this.hops.push({ index, at: index, cause: this.cause, revision: this.revision, ...body })
    if (request !== undefined) this.records.get(request)?.hops.push(index)
    return index
  }

  /** Puts an object under a key without a request: what was there at rest. */
  put(key: string, value: JsonObject): void {
    this.versions.push({ key, value, createRevision: ++this.revision, modRevision: this.revision, version: 1 })
  }

  program(program: ProgramId, line: string, identity: string): void {
    this.cause = null
    this.cause = this.note({ kind: 'program', program, event: { type: 'started', line, identity } })
  }

  printed(program: ProgramId, text: string, code = 0): void {
    this.note({ kind: 'program', program, event: { type: 'printed', stream: code ? 'stderr' : 'stdout', text } })
    this.note({ kind: 'program', program, event: { type: 'exited', code } })
  }

  request(
    from: string,
    id: number,
    method: string,
    path: string,
    user: string,
    options: Partial<HttpRequest> & { program?: ProgramId } = {},
  ): void {
    const { program = null, ...more } = options
    const request: HttpRequest = { id, method, path, headers: {}, ...more }
    const sentAt = this.note({ kind: 'send', from, to: 'kube-apiserver', arrives: 0, message: { type: 'http.request', request } })
    this.cause = sentAt
    const verb = method === 'POST' ? 'create' : method === 'PATCH' ? 'patch' : 'get'
    const about = { verb, apiGroup: '', apiVersion: 'v1', resource: 'pods', subresource: '', namespace: 'default', name: '' }
    this.records.set(id, {
      id,
      from,
      sentAt,
      http: request,
      answeredAt: null,
      response: null,
      user,
      about,
      refusedAt: null,
      program,
      hops: [sentAt],
    })
  }

  stages(id: number, ...stages: readonly (Stage | readonly [Stage, StageOutcome, StageDetail?])[]): void {
    for (const entry of stages) {
      const [stage, outcome = 'passed', detail] = typeof entry === 'string' ? [entry] : entry
      if (outcome === 'refused') this.records.get(id)!.refusedAt = stage
      this.note({ kind: 'stage', request: id, stage, outcome, detail }, id)
    }
  }

  /** The transaction's call, its commit, the event and the reply. */
  transaction(id: number, key: string, value: JsonObject): void {
    const before = this.cause
    const call = ++this.call
    const op = { op: 'txn', compare: [], success: [], failure: [] } as const
    this.cause = this.note(
      { kind: 'send', from: 'kube-apiserver', to: 'etcd', arrives: 0, message: { type: 'etcd.call', call, request: id, op } },
      id,
    )
    this.put(key, value)
    const kv = this.versions[this.versions.length - 1]!
    const events = [{ type: 'PUT' as const, kv, previous: null }]
    this.cause = this.note({ kind: 'commit', events })
    this.note({
      kind: 'send',
      from: 'etcd',
      to: 'kube-apiserver',
      arrives: 0,
      message: { type: 'etcd.event', watch: 1, revision: this.revision, events },
    })
    const reply = { ok: true, revision: this.revision, succeeded: true, kvs: [], count: 0 } as const
    this.note(
      { kind: 'send', from: 'etcd', to: 'kube-apiserver', arrives: 0, message: { type: 'etcd.reply', call, request: id, reply } },
      id,
    )
    this.cause = before
  }

  /** A call that reads, and its reply. */
  range(id: number, key: string, limit?: number): void {
    const call = ++this.call
    const op = { op: 'range', key, limit } as const
    this.note({ kind: 'send', from: 'kube-apiserver', to: 'etcd', arrives: 0, message: { type: 'etcd.call', call, request: id, op } }, id)
    const reply = { ok: true, revision: this.revision, kvs: [], count: 0 } as const
    this.note(
      { kind: 'send', from: 'etcd', to: 'kube-apiserver', arrives: 0, message: { type: 'etcd.reply', call, request: id, reply } },
      id,
    )
  }

  /** The transaction's call and a reply that says its condition did not hold. */
  failedTransaction(id: number): void {
    const call = ++this.call
    const op = { op: 'txn', compare: [], success: [], failure: [] } as const
    this.note({ kind: 'send', from: 'kube-apiserver', to: 'etcd', arrives: 0, message: { type: 'etcd.call', call, request: id, op } }, id)
    const reply = { ok: true, revision: this.revision, succeeded: false, kvs: [], count: 0 } as const
    this.note(
      { kind: 'send', from: 'etcd', to: 'kube-apiserver', arrives: 0, message: { type: 'etcd.reply', call, request: id, reply } },
      id,
    )
  }

  event(to: string, watch: number, type: 'ADDED' | 'MODIFIED' | 'DELETED', object: JsonObject): void {
    this.cause = this.note({
      kind: 'send',
      from: 'kube-apiserver',
      to,
      arrives: 0,
      message: { type: 'http.chunk', request: watch, chunk: { type, object } },
    })
  }

  answer(id: number, status: number, body?: JsonObject): void {
    const record = this.records.get(id)!
    const response: HttpResponse = { status, headers: {}, body }
    record.response = response
    record.answeredAt = this.note(
      { kind: 'send', from: 'kube-apiserver', to: record.from, arrives: 0, message: { type: 'http.response', request: id, response } },
      id,
    )
    this.cause = record.answeredAt
  }

  cri(node: string, method: 'RunPodSandbox' | 'PullImage' | 'CreateContainer' | 'StartContainer'): void {
    const call = ++this.call
    this.note({ kind: 'send', from: node, to: `${node}/runtime`, arrives: 0, message: { type: 'cri.call', call, method, params: {} } })
    this.note({ kind: 'send', from: `${node}/runtime`, to: node, arrives: 0, message: { type: 'cri.reply', call, method, result: {} } })
  }
}

const GATES: readonly Stage[] = ['requestInfo', 'authentication', 'audit', 'impersonation', 'priorityAndFairness', 'authorization']
const CREATE: readonly Stage[] = [...GATES, 'decode', 'defaulting', 'mutatingAdmission', 'validation', 'validatingAdmission']

export const PODS = '/api/v1/namespaces/default/pods'

export function pod(name: string, phase: string, node?: string): JsonObject {
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name, namespace: 'default' },
    spec: node ? { nodeName: node } : {},
    status: { phase },
  }
}

/** Two workers, Pods db and cache Running, nobody has asked anything. */
export function atRest(): HandMadeTrace {
  const made = new HandMadeTrace()
  for (const name of ['worker-1', 'worker-2'])
    made.put(`/registry/minions/${name}`, { kind: 'Node', metadata: { name }, status: { conditions: [{ type: 'Ready', status: 'True' }] } })
  for (const name of ['cache', 'db']) made.put(`/registry/pods/default/${name}`, pod(name, 'Running', 'worker-2'))
  made.note({ kind: 'fate', pod: { namespace: 'default', name: 'db', uid: '1' }, fate: 'running' })
  return made
}

/** `kubectl run web --image=nginx` by alice, until the Pod is Running. */
export function created(): HandMadeTrace {
  const made = atRest()
  const at = '/registry/pods/default/web'
  made.program(1, 'kubectl run web --image=nginx', 'alice')
  made.request('user', 1, 'POST', PODS, 'alice', { program: 1, body: { metadata: { name: 'web' } } })
  made.stages(1, ...CREATE, 'compare')
  made.transaction(1, at, pod('web', 'Pending'))
  made.stages(1, ['transaction', 'changed', { says: `rev ${made.hops.at(-1)!.revision}` }])
  made.event('kube-scheduler', 90, 'ADDED', pod('web', 'Pending'))
  const notified = made.cause
  made.stages(1, 'watchCache', 'respond')
  made.answer(1, 201, pod('web', 'Pending'))
  made.cause = notified
  const nodes = [
    { node: 'worker-1', raw: [], normalized: [], total: 92 },
    { node: 'worker-2', raw: [], normalized: [], total: 68 },
  ]
  made.cause = made.note({
    kind: 'decide',
    by: 'kube-scheduler',
    decision: {
      kind: 'schedule',
      pod: { namespace: 'default', name: 'web', uid: '3' },
      counts: { nodes: 2, evaluated: 2, feasible: 2 },
      plugins: [],
      nodes,
      refusals: [],
      chosen: 'worker-1',
      message: '',
    },
  })
  made.printed(1, 'pod/web created\n')
  made.request('kube-scheduler', 2, 'POST', `${PODS}/web/binding`, 'system:kube-scheduler')
  made.stages(2, ...CREATE, 'read')
  made.transaction(2, at, pod('web', 'Pending', 'worker-1'))
  made.stages(2, 'transaction')
  made.event('worker-1', 91, 'ADDED', pod('web', 'Pending', 'worker-1'))
  const told = made.cause
  made.stages(2, 'watchCache', 'respond')
  made.answer(2, 201)
  made.cause = told
  const report = (id: number, status: JsonObject, phase: string) => {
    made.request('worker-1', id, 'GET', `${PODS}/web`, 'system:node:worker-1')
    made.stages(id, ...GATES, 'read', 'respond')
    made.answer(id, 200)
    made.request('worker-1', id + 1, 'PATCH', `${PODS}/web/status`, 'system:node:worker-1', { body: { status } })
    made.stages(id + 1, ...GATES, 'read', 'decode', 'mutatingAdmission', 'validation', 'validatingAdmission')
    made.transaction(id + 1, at, pod('web', phase, 'worker-1'))
    made.stages(id + 1, 'transaction', 'watchCache', 'respond')
    made.answer(id + 1, 200)
  }
  report(3, { phase: 'Pending', startTime: 'now' }, 'Pending')
  made.cri('worker-1', 'RunPodSandbox')
  made.cri('worker-1', 'PullImage')
  made.cri('worker-1', 'CreateContainer')
  made.cri('worker-1', 'StartContainer')
  report(5, { phase: 'Running' }, 'Running')
  return made
}

/** The same command by alice where nobody may: 403 in authorization. */
export function refused(): HandMadeTrace {
  const made = atRest()
  const status = { kind: 'Status', status: 'Failure', reason: 'Forbidden', code: 403, message: 'pods is forbidden' }
  made.program(1, 'kubectl run web --image=nginx', 'alice')
  made.request('user', 1, 'POST', PODS, 'alice', {
    program: 1,
    clientCertificate: { commonName: 'alice', organizations: ['developers'] },
    body: { metadata: { name: 'web' } },
  })
  made.stages(1, ...GATES.slice(0, 5), ['authorization', 'refused', { status }])
  made.answer(1, 403, status)
  made.printed(1, 'Error from server (Forbidden): pods is forbidden\n', 1)
  return made
}

/** `kubectl get pods`: from etcd, or from the watch cache alone, or from the cache once etcd said how new it is. */
export function listed(from: 'etcd' | 'cache' | 'fresh cache'): HandMadeTrace {
  const made = atRest()
  made.program(1, 'kubectl get pods', 'alice')
  made.request('user', 1, 'GET', PODS, 'alice', { program: 1 })
  made.stages(1, ...GATES)
  if (from !== 'cache') made.range(1, '/registry/pods/default/', from === 'fresh cache' ? 1 : undefined)
  made.stages(1, 'read', 'respond')
  made.answer(1, 200)
  made.printed(1, 'NAME READY\n')
  return made
}

/** The name is taken: the transaction's condition fails, 409. */
export function conflicting(): HandMadeTrace {
  const made = atRest()
  const status = { kind: 'Status', status: 'Failure', reason: 'AlreadyExists', code: 409, message: 'pods "db" already exists' }
  made.program(1, 'kubectl run db --image=nginx', 'admin')
  made.request('user', 1, 'POST', PODS, 'admin', { program: 1, body: { metadata: { name: 'db' } } })
  made.stages(1, ...CREATE, 'compare')
  made.failedTransaction(1)
  made.stages(1, ['transaction', 'retry'], ['compare', 'refused', { status }])
  made.answer(1, 409, status)
  made.printed(1, 'Error from server (AlreadyExists)\n', 1)
  return made
}
