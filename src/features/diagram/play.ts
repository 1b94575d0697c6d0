// What moves in a moment, and along which lane: one row for each kind. A kind that is added does not compile until it has its row.

import type { Trace } from '../../engine/index'
import type { Detail, MomentFacts, MomentKind, StoryMoment } from '../../stores/momentKinds'
import { laneOf, refusalIn, type Refusal } from './refusal'
import type { Hue, Token } from './sceneTypes'
import type { Story } from './storyTypes'
import { senderHue } from './sender'

export interface Play {
  /** Lanes in the picture's ink for this moment; `@` stands for the moment's node. */
  readonly lanes: readonly string[]
  /** The lane that the token travels; null: nothing travels. */
  readonly lane: string | null
  /** Against the lane's direction. */
  readonly back: boolean
  readonly style: Token['style']
  readonly hue: Hue | 'sender'
  readonly label: (facts: MomentFacts) => string
  /** The lane on which a refusal stands, also while its answer goes back. */
  readonly refusedOn: string | null
}
type Row = Omit<Play, 'refusedOn'>

const request = (f: MomentFacts) => `${f.verb ?? ''} ${f.object ?? ''}`.trim()
const answer = (f: MomentFacts) => [f.code, f.reason || REASONS[f.code ?? '']].filter(Boolean).join(' ')
const event = (f: MomentFacts) => `${f.event ?? ''} ${f.pod ?? ''}`.trim()
const call = (f: MomentFacts) => f.call ?? ''
const put = (f: MomentFacts) => `${f.write ?? 'put'} ${f.resource ?? ''}${f.pod ? `/${f.pod}` : ''}`
const none = () => ''

const row = (
  lane: string | null,
  style: Token['style'],
  hue: Play['hue'],
  label: Play['label'],
  lanes: readonly string[] = [],
  back = false,
): Row => ({
  lanes: lane === null ? lanes : [lane, ...lanes],
  lane,
  back,
  style,
  hue,
  label,
})
const still = row(null, 'request', 'user', none)
const atGate = (gate: string) => row(gate, 'request', 'sender', request, ['user'])
const reported = row('request:@', 'request', 'kubelet', (f) => `${f.verb ?? ''} ${f.object ?? ''}`)
const runtime = row('runtime:@', 'request', 'kubelet', call)
const controllerSent = row('@request', 'request', 'controllers', request, ['@inside'])
const answered = row('user', 'answer', 'user', answer, [], true)
const noSuchKey = row('read', 'answer', 'etcd', () => 'no such key', ['toRead'], true)
const stored = row('write', 'request', 'apiserver', put, ['toWrite'])
const railStage = row('rail', 'request', 'sender', request, ['user'])

const REASONS: Readonly<Record<string, string>> = { 200: 'OK', 201: 'Created', 202: 'Accepted' }

const plays: Readonly<Record<MomentKind, Row>> = {
  rest: still,
  program: still,
  sent: row('user', 'request', 'user', request),
  sentToLook: row('user', 'request', 'user', request),
  sentToWait: row('user', 'request', 'user', request),
  authenticated: atGate('gate1'),
  validated: atGate('gate2'),
  allowed: atGate('gate2'),
  allowedFirst: atGate('gate2'),
  changeChecked: atGate('gate2'),
  deleteChecked: atGate('gate2'),
  read: row('read', 'request', 'apiserver', (f) => `range ${f.resource ?? ''}`, ['toRead']),
  readFresh: row('read', 'request', 'apiserver', () => 'newest rev?', ['toRead']),
  readCache: row('gate2', 'request', 'sender', request, ['toRead']),
  keyFree: row('read', 'request', 'apiserver', (f) => `if new: ${f.pod || f.resource || ''}`, ['toRead']),
  written: stored,
  writtenMarked: stored,
  writtenGone: stored,
  refused: row(null, 'refusal', 'user', none, ['user', 'gates']),
  answered,
  answeredMidway: answered,
  answeredRead: answered,
  answeredReadMidway: answered,
  answeredRefused: row('user', 'answer', 'user', answer, ['gates'], true),
  goneAsHoped: noSuchKey,
  answeredGone: answered,
  notThere: noSuchKey,
  answeredToCreate: answered,
  answeredNotThere: answered,
  unreachable: row('user', 'refusal', 'user', none, [], true),
  watchOpened: row('user', 'answer', 'user', (f) => `${f.code ?? ''} watch`, [], true),
  watchEvent: row('user', 'event', 'user', event, [], true),
  schedulerNotified: row('schedulerWatch', 'event', 'scheduler', event, [], true),
  scheduled: still,
  unschedulable: still,
  bindingSent: row('schedulerRequest', 'request', 'scheduler', (f) => `${f.verb ?? ''} ${f.object ?? ''}`, ['schedulerInside']),
  bindingChecked: row('gate2', 'request', 'scheduler', request, ['schedulerRequest', 'schedulerInside', 'gates']),
  bindingStored: stored,
  controllerNotified: row('controllersWatch', 'event', 'controllers', event, [], true),
  reconciled: still,
  controllerCreates: controllerSent,
  controllerScales: controllerSent,
  controllerReports: controllerSent,
  controllerDeletes: controllerSent,
  controllerWrites: controllerSent,
  controllerStored: stored,
  controllerScaled: stored,
  controllerReported: stored,
  controllerUpdated: stored,
  nodeRegistered: reported,
  heartbeat: reported,
  nodeReported: reported,
  nodeReady: reported,
  nodeNotReady: reported,
  nodeUnknown: controllerSent,
  nodeStored: stored,
  nodeTainted: controllerSent,
  nodeUntainted: controllerSent,
  nodeSpared: controllerSent,
  podNotReady: controllerSent,
  podDisrupted: controllerSent,
  kubeletNotified: row('watch:@', 'event', 'kubelet', event),
  kubeletToldToStop: row('watch:@', 'event', 'kubelet', event),
  kubeletReads: reported,
  statusWaiting: reported,
  statusSandbox: reported,
  statusRunning: reported,
  statusEnded: reported,
  statusRejected: row('request:@', 'refusal', 'kubelet', (f) => f.reason ?? ''),
  statusOther: row('@request', 'request', 'sender', request),
  deleteSent: row('@request', 'request', 'sender', request),
  componentChecked: row('gate2', 'request', 'sender', request, ['@request', '@inside', 'gates']),
  statusStored: stored,
  deleteStored: stored,
  deleteMarked: stored,
  componentAnswered: row('@request', 'answer', 'user', answer, [], true),
  componentRefused: row(null, 'refusal', 'sender', answer, ['@request', '@inside', 'gates']),
  componentRequest: row('@request', 'request', 'sender', request),
  selfRequest: still,
  eventPosted: row('@request', 'request', 'sender', request),
  eventRepeated: row('@request', 'request', 'sender', request),
  tokenRequested: row('@request', 'request', 'sender', request),
  runtimeSandbox: runtime,
  runtimePull: runtime,
  runtimeCreate: runtime,
  runtimeStart: runtime,
  runtimeResize: runtime,
  runtimeStop: runtime,
  runtimeStopSandbox: runtime,
  runtimeFailed: row('runtime:@', 'refusal', 'runtime', call, [], true),
  containerExited: row('runtime:@', 'event', 'runtime', () => 'exited', [], true),
  etcdAsked: row('write', 'request', 'apiserver', call),
  etcdCommitted: row('write', 'answer', 'etcd', (f) => `rev ${f.revision ?? ''}`, [], true),
  etcdEvent: row('cacheWatch', 'event', 'etcd', (f) => `PUT rev ${f.revision ?? ''}`),
  podRunning: stored,
  etcdCampaigns: still,
  etcdLeads: still,
  etcdStepsDown: still,
  etcdReplicates: row('raft:@', 'request', 'etcd', none),
  etcdAcknowledged: row('raft:@', 'answer', 'etcd', none, [], true),
  etcdCompacts: still,
  'fault.stopped': still,
  'fault.nodeDown': still,
  'fault.cut': still,
  'fault.slow': still,
  'repair.stopped': still,
  'repair.nodeDown': still,
  'repair.cut': still,
  'repair.slow': still,
  'fault.watch': still,
  'repair.watch': still,
  'fault.webhook': still,
  'fault.expired': still,
  'fault.shortage': still,
  'repair.webhook': still,
  'repair.expired': still,
  'repair.shortage': still,
  'stage.requestInfo': railStage,
  'stage.authentication': railStage,
  'stage.audit': railStage,
  'stage.impersonation': railStage,
  'stage.priorityAndFairness': railStage,
  'stage.authorization': railStage,
  'stage.decode': railStage,
  'stage.defaulting': railStage,
  'stage.mutatingAdmission': railStage,
  'stage.validation': railStage,
  'stage.validatingAdmission': railStage,
  'stage.read': row('cache', 'request', 'sender', request),
  'stage.compare': railStage,
  'stage.transaction': railStage,
  'stage.watchCache': row('cache', 'event', 'etcd', (f) => `rev ${f.revision ?? ''}`.trim()),
  'stage.respond': railStage,
}

/** The play of a moment, its lanes named for the part that sends. */
export function playOf(trace: Trace, moment: StoryMoment, story: Story, detail: Detail): Play {
  const play =
    moment.kind === 'etcdAsked' && moment.facts.call !== 'txn' ? { ...plays.etcdAsked, lane: 'read', lanes: ['read'] } : plays[moment.kind]
  const own = refusalIn(trace, moment)
  const refusal = own ?? (moment.kind === 'answeredRefused' ? story.refusal : null)
  const refusedOn = refusal && (detail === 'six-steps' ? laneOf(refusal) : 'refusedAt')
  const named = laneNames(moment.facts)
  return {
    ...play,
    lane: own ? refusedOn : play.lane === null ? null : named(play.lane),
    lanes: [...play.lanes.map(named), ...(own ? wayTo(own) : [])],
    refusedOn,
  }
}

/** The lanes that a request went along beyond the gates until it was refused. */
function wayTo(refusal: Refusal): readonly string[] {
  const lane = laneOf(refusal)
  return lane === 'read' ? ['toRead', lane] : lane === 'write' ? ['toWrite', lane] : lane.startsWith('to') ? [lane] : []
}

/** A lane of the table by its own name, for the part that sends, the node or the member of etcd that a moment is about. */
function laneNames(facts: MomentFacts): (lane: string) => string {
  const sender = senderLanes(facts)
  return (lane) => {
    if (lane === '@request') return sender.request
    if (lane === '@inside') return sender.inside
    if (lane === 'raft:@') return `raft:${facts.peer ?? ''}`
    return lane.endsWith(':@') ? `${lane.slice(0, -1)}${facts.node ?? ''}` : lane
  }
}

function senderLanes(facts: MomentFacts): { request: string; inside: string } {
  const hue = senderHue(facts)
  if (hue === 'scheduler') return { request: 'schedulerRequest', inside: 'schedulerInside' }
  if (hue === 'kubelet') return { request: `request:${facts.part ?? ''}`, inside: 'kubeletInside' }
  if (hue === 'controllers') return { request: 'controllersRequest', inside: 'controllersInside' }
  return { request: 'user', inside: 'user' }
}
