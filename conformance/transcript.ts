// One recorded kubectl transcript, run line by line on a whole cluster of the model.

import { PROTOBUF } from '../src/kubectl/session'
import { commandProgram } from '../src/kubectl/shell/commandProgram'
import { builtinKinds } from '../src/engine/index'
import type { Cluster } from '../src/engine/cluster/types'
import type { JsonObject } from '../src/engine/base/json'
import { parseJson } from '../src/engine/api/serializer/parseJson'
import { differences, normalizeTranscript, type Difference, type TranscriptLine } from './normalize.mjs'
import { perform, type Step } from './steps'
import { wholeCluster } from './story'

export interface Transcript {
  readonly name: string
  readonly namespace: string
  readonly files?: Readonly<Record<string, string>>
  readonly lines: readonly (Step & Partial<TranscriptLine>)[]
}

export interface LineResult {
  /** `run#3`, counted from 1 over the lines that are commands. */
  readonly id: string
  readonly line: string
  readonly differences: readonly Difference[]
}

const USERS = {
  admin: { bearerToken: 'admin-token' },
  alice: { bearerToken: 'alice-token' },
  bob: { bearerToken: 'bob-token' },
  nobody: {},
}
/** The recordings leave these out. */
const DISCOVERY = new Set(['/api', '/apis'])
/** Milliseconds: as long as a process needs from its start to its first request. */
const STARTUP = 60
/** A command that is still at it after this long of virtual time is interrupted. */
const LONGEST = 120_000

export function replayTranscript(transcript: Transcript): readonly LineResult[] {
  const cluster = wholeCluster(2)
  const { namespace } = transcript
  const variables = { ns: namespace }
  if (namespace !== 'default') {
    perform(
      cluster,
      { method: 'POST', path: '/api/v1/namespaces', body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } } },
      variables,
      '',
      () => {},
    )
    cluster.run({ for: 1500, throughIdle: true })
  }
  const given: TranscriptLine[] = []
  const wanted: TranscriptLine[] = []
  for (const entry of transcript.lines) {
    if (entry.line === undefined) perform(cluster, entry, variables, '', () => {})
    else {
      wanted.push(entry as TranscriptLine)
      given.push(type(cluster, entry.line, transcript))
    }
  }
  const [want, got] = [normalizeTranscript(wanted), normalizeTranscript(given)]
  return want.map((w, i) => ({ id: `${transcript.name}#${i + 1}`, line: wanted[i]!.line!, differences: differences(w, got[i]) }))
}

function type(cluster: Cluster, line: string, { namespace, files = {} }: Transcript): TranscriptLine {
  const program = commandProgram(line, {
    namespace,
    identities: USERS,
    files,
    serverUrl: 'https://127.0.0.1:6443',
    resources: builtinKinds,
  })
  cluster.run({ for: STARTUP, throughIdle: true })
  const from = cluster.trace.length
  const id = cluster.start({ line, identity: 'admin', credentials: USERS.admin, program })
  cluster.run({ for: LONGEST, until: (c) => !c.isRunning(id) })
  if (cluster.isRunning(id)) cluster.interrupt(id)
  const out = { line, requests: [] as TranscriptLine['requests'][number][], exit: 0, stdout: '', stderr: '' }
  for (let i = from; i < cluster.trace.length; i++) {
    const hop = cluster.trace.hop(i)
    if (hop.kind !== 'program' || hop.program !== id) continue
    if (hop.event.type === 'printed') out[hop.event.stream] += hop.event.text
    else if (hop.event.type === 'exited') out.exit = hop.event.code
  }
  for (const { program: owner, http, response } of cluster.trace.allRequests()) {
    if (owner !== id || DISCOVERY.has(http.path)) continue
    out.requests.push({
      method: http.method,
      path: http.path,
      contentType: http.headers['content-type'],
      // The recording has no body where protobuf was sent.
      body: http.headers['content-type'] === PROTOBUF ? undefined : bodyOf(http.body),
      status: response?.status ?? 0,
    })
  }
  return out
}

function bodyOf(body: JsonObject | string | undefined): unknown {
  if (typeof body !== 'string') return body
  const parsed = parseJson(body)
  return 'value' in parsed ? parsed.value : body
}
