// A namespace that is being deleted is emptied, Pods first, then every kind that discovery names, and then freed of its finalizer; the
// server removes it in that same request. What is left stands in its conditions.
// Upstream: kubernetes pkg/controller/namespace/{namespace_controller.go,deletion/namespaced_resources_deleter.go}

import { isPodPhaseTerminal } from '../api/kinds/pod/phase'
import type { ApiObject } from '../api/object'
import { parseTime } from '../api/scalars/time'
import { discover, resourcePath, type ServedResource } from '../client/discovery'
import { bodyOf, messageOf, succeeded } from '../client/answers'
import type { Answered } from '../client/types'
import { read, remove, replace } from '../client/requests'
import { ask, syncQueue, type Outcome, type Sync } from '../client/sync'
import type { StartController } from './controller'
import { withConditions, type Leftovers, type Namespace } from './namespaceConditions'

/** It is tried again at least once a minute. */
const OPTIONS = { workers: 10, held: true, maxDelay: 60_000 }
/** The controller lets stragglers arrive first. */
const GRACE = 5000
/** `--namespace-sync-period` */
const RESYNC = 5 * 60_000
const FINALIZER = 'kubernetes'
/** Seconds that objects with finalizers are thought to need. */
const FINALIZER_ESTIMATE = 15
const BACKGROUND = { propagationPolicy: 'Background' }

/** As the counts of what is left name them. */
const PODS_LEFT = 'pods.'
const NOTHING: ReadonlyMap<string, number> = new Map()

interface Found extends Leftovers {
  readonly remaining: Map<string, number>
  readonly finalizers: Map<string, number>
}

interface Items {
  readonly items?: readonly ApiObject[]
}

export const namespaceController: StartController = ({ io, client, informers }) => {
  const namespaces = informers.of('/api/v1/namespaces')
  const queue = syncQueue(io, client, sync, OPTIONS)
  const look = (namespace: ApiObject) => namespace.metadata.deletionTimestamp && queue.addAfter(namespace.metadata.name!, GRACE)
  namespaces.listen({ add: look, update: look }, RESYNC)
  namespaces.whenSynced(() => queue.start())

  function* sync(name: string): Sync<Outcome> {
    return namespaces.get('', name) ? yield* deleted(name, () => io.epochNow) : 'done'
  }
}

/** Brings a namespace nearer to its end. */
function* deleted(name: string, now: () => number): Sync<Outcome> {
  const path = `/api/v1/namespaces/${name}`
  const found = yield* ask(read(path))
  if (found.status === 404) return 'done'
  const namespace = bodyOf<Namespace>(found)
  if (!namespace) return 'failed'
  // Others' finalizers may stand there still when its own is gone: it is emptied on.
  if (!namespace.metadata.deletionTimestamp || !namespace.spec.finalizers?.length) return 'done'

  const served = yield* discover()
  if (!served) return 'failed'
  const kinds = served.filter((k) => k.namespaced && k.verbs.includes('delete'))
  const left: Found = { errors: [], remaining: new Map(), finalizers: new Map() }
  let estimate = yield* emptied(kinds.filter(isPods), namespace, left, now)
  // While Pods are there, the rest stays: they may need it to end well.
  if (left.remaining.size === 0) {
    const rest = kinds.filter((k) => !isPods(k))
    estimate = Math.max(estimate, yield* emptied(rest, namespace, left, now))
  }
  // While Pods are there, what is left is not told.
  const told = left.remaining.has(PODS_LEFT) ? { ...left, remaining: NOTHING, finalizers: NOTHING } : left
  const conditions = withConditions(namespace.status.conditions ?? [], told, now())
  if (conditions !== namespace.status.conditions)
    yield* ask(replace(`${path}/status`, { ...namespace, status: { ...namespace.status, conditions } }))
  if (left.errors.length > 0) return 'failed'
  if (estimate > 0) return { after: (Math.floor(estimate / 2) + 1) * 1000 }
  return yield* finalized(namespace, path)
}

/** Deletes these collections; adds to `left` what is still there, and what failed. Returns the seconds that it may take. */
function* emptied(kinds: readonly ServedResource[], namespace: Namespace, left: Found, now: () => number): Sync<number> {
  let longest = 0
  for (const kind of kinds) {
    const { estimate = 0, items = [], error } = yield* emptiedOf(kind, namespace, now)
    if (error !== undefined) left.errors.push(error)
    if (items.length > 0) left.remaining.set(`${kind.resource}.${kind.group}`, items.length)
    for (const finalizer of items.flatMap(finalizersOf)) left.finalizers.set(finalizer, (left.finalizers.get(finalizer) ?? 0) + 1)
    longest = Math.max(longest, estimate)
  }
  return longest
}

interface Emptied {
  /** Seconds that what is left may need. */
  readonly estimate?: number
  /** What is left. */
  readonly items?: readonly ApiObject[]
  readonly error?: string
}

function* emptiedOf(kind: ServedResource, { metadata }: Namespace, now: () => number): Sync<Emptied> {
  const path = resourcePath(kind, metadata.name)
  let estimate = 0
  if (isPods(kind)) {
    const pods = yield* ask(read(path))
    if (!succeeded(pods)) return { error: messageOf(pods) }
    const grace = graceOf(bodyOf<Items>(pods))
    if (now() - parseTime(metadata.deletionTimestamp!) < grace * 1000) estimate = grace
  }
  const refused = kind.verbs.includes('deletecollection') ? yield* ask(remove(path, BACKGROUND)) : yield* eachDeleted(kind, path)
  if (refused && isFailure(refused)) return { estimate, error: messageOf(refused) }
  if (!kind.verbs.includes('list')) return { estimate }
  const listed = yield* ask(read(path))
  if (isFailure(listed)) return { estimate, error: messageOf(listed) }
  const items = bodyOf<Items>(listed)?.items ?? []
  if (items.length === 0 || estimate > 0) return { estimate, items }
  if (items.some((item) => finalizersOf(item).length > 0)) return { estimate: FINALIZER_ESTIMATE, items }
  const gvr = `${kind.group}/${kind.version}, Resource=${kind.resource}`
  return { items, error: `unexpected items still remain in namespace: ${metadata.name} for gvr: ${gvr}` }
}

/** One after the other; the first answer that fails, if any does. */
function* eachDeleted(kind: ServedResource, path: string): Sync<Answered | null> {
  const listed = yield* ask(read(path))
  if (isFailure(listed)) return listed
  for (const { metadata } of bodyOf<Items>(listed)?.items ?? []) {
    const answer = yield* ask(remove(resourcePath(kind, metadata.namespace, metadata.name), BACKGROUND))
    if (isFailure(answer)) return answer
  }
  return null
}

/** What is not there, or cannot be done to its kind, is no failure. */
const isFailure = (answer: Answered) => !succeeded(answer) && answer.status !== 404 && answer.status !== 405

const finalizersOf = ({ metadata }: ApiObject) => metadata.finalizers ?? []

/** Takes the finalizer away; who wrote in between is read again. */
function* finalized(namespace: Namespace, path: string): Sync<Outcome> {
  for (let current = namespace; ;) {
    const finalizers = [...new Set(current.spec.finalizers)].filter((f) => f !== FINALIZER).sort()
    const { status } = yield* ask(replace(`${path}/finalize`, { ...current, spec: { ...current.spec, finalizers }, status: {} }))
    if (status !== 409) return status === 200 || status === 404 ? 'done' : 'failed'
    const found = yield* ask(read(path))
    if (found.status === 404) return 'done'
    const again = bodyOf<Namespace>(found)
    if (!again || again.metadata.uid !== namespace.metadata.uid) return 'failed'
    current = again
  }
}

const isPods = ({ group, resource }: ServedResource) => group === '' && resource === 'pods'

/** Of the Pods that have not ended, in seconds. */
function graceOf(pods: Items | null): number {
  let grace = 0
  for (const { spec, status } of pods?.items ?? []) {
    if (isPodPhaseTerminal((status as { phase?: string } | undefined)?.phase)) continue
    grace = Math.max(grace, Number((spec as { terminationGracePeriodSeconds?: number | bigint }).terminationGracePeriodSeconds ?? 0))
  }
  return grace
}
