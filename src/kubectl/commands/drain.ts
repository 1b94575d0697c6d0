// kubectl drain: cordons a node and evicts its Pods, each by a request that a disruption budget may refuse.
// Leaves out: several nodes at once, --pod-selector, --disable-eviction, --timeout.
// Upstream: kubectl pkg/cmd/drain/drain.go, pkg/drain/{drain,filters}.go

import type { JsonObject } from '../../engine/index'
import { CommandError } from '../context'
import { pause, print, printError, type Step } from '../effects'
import { statusText } from '../errors'
import { query } from '../resources'
import { bodyOf, type Session } from '../session'
import { chosen } from './chosen'
import type { Command } from './command'
import { setCordoned } from './nodes'

interface Pod {
  readonly metadata: {
    readonly name: string
    readonly namespace: string
    readonly uid: string
    readonly annotations?: Readonly<Record<string, string>>
    readonly ownerReferences?: readonly { readonly kind: string; readonly controller?: boolean }[]
  }
  readonly spec: { readonly volumes?: readonly JsonObject[] }
  readonly status?: { readonly phase?: string }
}

const RETRY = 5000
const POLL = 1000

export const drain: Command = {
  flags: {
    force: { type: 'bool' },
    'ignore-daemonsets': { type: 'bool' },
    'delete-emptydir-data': { type: 'bool' },
    'grace-period': { type: 'int' },
    timeout: { type: 'string', unmodelled: true },
    'disable-eviction': { type: 'bool', unmodelled: true },
    'pod-selector': { type: 'string', unmodelled: true },
    selector: { type: 'string', short: 'l', unmodelled: true },
  },
  *run(session) {
    const [name] = session.flags.args
    if (name === undefined) throw new CommandError('error: USAGE: drain NODE [flags]\n')
    const [node] = yield* chosen(session, ['nodes', name], 'kubectl drain')
    yield* setCordoned(session, node!, true)
    const list = yield* session.get({ path: `/api/v1/pods${query({ fieldSelector: `spec.nodeName=${name}`, limit: 500 })}` })
    const { doomed, warnings, errors } = sorted((list.items ?? []) as readonly unknown[] as readonly Pod[], session)
    if (errors.length > 0)
      throw new CommandError(
        `error: unable to drain node "${name}" due to error: ${errors.join('; ')}, continuing command...\nThere are pending nodes to be drained:\n ${name}\n${errors.join('; ')}\n`,
      )
    if (warnings.length > 0) yield* printError(`Warning: ${warnings.join('; ')}\n`)
    for (const pod of doomed) yield* evict(session, pod)
    for (const pod of doomed) yield* gone(session, pod)
    yield* print(`node/${name} drained\n`)
    return 0
  },
}

const MIRROR = 'kubernetes.io/config.mirror'

/** Which Pods go; what is said of some; and why others keep the node from being drained. */
function sorted(pods: readonly Pod[], { flags }: Session) {
  const doomed: Pod[] = []
  const reasons = new Map<string, string[]>()
  const note = (reason: string, { metadata }: Pod) =>
    reasons.set(reason, [...(reasons.get(reason) ?? []), `${metadata.namespace}/${metadata.name}`])
  for (const pod of pods) {
    const over = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
    const owner = pod.metadata.ownerReferences?.find((o) => o.controller)
    if (pod.metadata.annotations?.[MIRROR]) continue
    if (owner?.kind === 'DaemonSet' && !over) {
      note(flags.bool('ignore-daemonsets') ? 'ignoring DaemonSet-managed Pods' : DAEMONS, pod)
      continue
    }
    if (!over && pod.spec.volumes?.some((v) => v.emptyDir)) {
      if (!flags.bool('delete-emptydir-data')) note(LOCAL, pod)
    }
    if (!over && !owner) note(flags.bool('force') ? 'deleting Pods that declare no controller' : BARE, pod)
    doomed.push(pod)
  }
  const told = (fatal: boolean) =>
    [...reasons].filter(([reason]) => FATAL.has(reason) === fatal).map(([reason, names]) => `${reason}: ${names.join(', ')}`)
  return { doomed, warnings: told(false), errors: told(true) }
}

const DAEMONS = 'cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)'
const LOCAL = 'cannot delete Pods with local storage (use --delete-emptydir-data to override)'
const BARE = 'cannot delete Pods that declare no controller (use --force to override)'
const FATAL = new Set([DAEMONS, LOCAL, BARE])

const pathOfPod = ({ metadata }: Pod) => `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`

function* evict(session: Session, pod: Pod): Step<void> {
  const { name, namespace } = pod.metadata
  const seconds = session.flags.int('grace-period')
  const body = {
    kind: 'Eviction',
    apiVersion: 'policy/v1',
    metadata: { name, namespace },
    deleteOptions: seconds === undefined || seconds < 0 ? {} : { gracePeriodSeconds: seconds },
  }
  for (;;) {
    yield* print(`evicting pod ${namespace}/${name}\n`)
    const response = yield* session.ask({ method: 'POST', path: `${pathOfPod(pod)}/eviction`, body })
    if (response.status < 300 || response.status === 404) return
    const message = String(bodyOf(response).message ?? '')
    if (response.status !== 429) throw new CommandError(`error: error when evicting pods/"${name}" -n "${namespace}": ${message}\n`)
    yield* printError(`error when evicting pods/"${name}" -n "${namespace}" (will retry after 5s): ${message}\n`)
    yield* pause(RETRY)
  }
}

/** Asks each second until the Pod, or the one of its name, is another. */
function* gone(session: Session, pod: Pod): Step<void> {
  for (;;) {
    const response = yield* session.ask({ path: pathOfPod(pod) })
    const uid = (bodyOf(response).metadata as { uid?: string } | undefined)?.uid
    if (response.status === 404 || (response.status < 300 && uid !== pod.metadata.uid)) break
    if (response.status >= 300) throw new CommandError(statusText(response))
    yield* pause(POLL)
  }
  yield* print(`pod/${pod.metadata.name} evicted\n`)
}
