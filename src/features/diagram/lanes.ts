// The lines of the picture and the numbers on them.

import { stageSteps } from '../../engine/steps'

import type { Point, Rect } from './geometry'
import { senderHue } from './play'
import type { Badge, Hue, Lane } from './sceneTypes'
import type { LanePlan } from './sixStepsLayout'
import type { View } from './view'

export function lanesOf(view: View, places: Readonly<Record<string, LanePlan>>, quiet: ReadonlySet<string>): readonly Lane[] {
  const hood = view.detail === 'under-the-hood'
  const refusedStep = view.story.refusedAt === null ? null : (stageSteps[view.story.refusedAt] ?? 1)
  const active = new Set(view.play.lanes.filter((lane) => lane !== 'gates' || refusedStep !== 1))
  const out: Lane[] = []
  for (const [id, plan] of Object.entries(places)) {
    const [name, node = ''] = id.split(':') as [string, string?]
    const known =
      name === 'raft'
        ? RAFT
        : node
          ? {
              hue: 'kubelet' as const,
              kind: name.startsWith('watch') ? ('watch' as const) : ('request' as const),
              from: node,
              to: name === 'runtime' ? node : 'kube-apiserver',
              part: node,
              always: name.startsWith('watch'),
              arrow: false,
            }
          : LANES[id]
    if (!known) continue
    const isActive = active.has(id) || (name === 'watchInside' && active.has(`watch:${node}`))
    const pale = quiet.has(known.part) || (view.moment.kind === 'rest' && known.part === 'user')
    if (!isActive && isGone(view, known)) continue
    if (!known.always && !isActive && !(hood && id.endsWith('Inside'))) continue
    const beyond = id === 'gates' && refusedStep === 1
    const hue =
      id === 'gates' && isActive ? senderHue(view.moment.facts) : id === 'gates' && view.story.refusedAt !== null ? 'user' : known.hue
    out.push({
      id,
      from: known.from,
      to: known.to,
      points: plan.points,
      hue: hood && !isActive && id.endsWith('Inside') ? 'apiserver' : hue,
      kind: known.kind,
      tone: isActive ? 'active' : pale || beyond || (hood && id.endsWith('Inside')) ? 'pale' : 'normal',
      cut: isCut(view, known.from, known.to),
      arrow: known.arrow ?? false,
      label: plan.label && !hidesLabel(view, id) ? plan.label : null,
    })
  }
  return out
}

export function sixBadges(
  view: View,
  ports: Readonly<Record<3 | 4 | 5 | 6, Point>>,
  gates: readonly [Rect, Rect],
  quiet: ReadonlySet<string>,
): readonly Badge[] {
  const inGate = (gate: Rect): Point => ({ x: gate.x + 18, y: gate.y + (view.story.refusedAt ? 22 : 20) })
  const refused = view.story.refusedAt ? stageSteps[view.story.refusedAt] : null
  return [
    { number: 1, at: inGate(gates[0]), hue: 'ink', state: 'rest' },
    { number: 2, at: inGate(gates[1]), hue: 'ink', state: refused === 1 ? 'pale' : 'rest' },
    ...portBadges(view, ports, quiet),
  ]
}

export function portBadges(view: View, ports: Readonly<Record<3 | 4 | 5 | 6, Point>>, quiet: ReadonlySet<string>): readonly Badge[] {
  const active = new Set(view.play.lanes)
  const lit = {
    3: active.has('read') || view.moment.kind === 'readCache',
    4: active.has('write'),
    5: active.has('schedulerRequest'),
    6: [...active].some((lane) => lane.startsWith('request:') || lane.startsWith('watch:')),
  }
  const pale = view.moment.kind !== 'rest'
  const badge = (number: 3 | 4 | 5 | 6, hue: Hue, part: string): Badge => ({
    number,
    at: ports[number],
    hue,
    state: lit[number] ? 'active' : pale && quiet.has(part) ? 'pale' : 'rest',
  })
  const worker = view.cluster.workers[0]?.name ?? ''
  return [badge(3, 'etcd', 'etcd'), badge(4, 'etcd', 'etcd'), badge(5, 'scheduler', 'scheduler'), badge(6, 'kubelet', worker)]
}

const LANES: Readonly<
  Record<string, { hue: Hue; kind: Lane['kind']; from: string; to: string; part: string; always: boolean; arrow?: boolean }>
> = {
  user: { hue: 'user', kind: 'request', from: 'user', to: 'kube-apiserver', part: 'user', always: true },
  gates: { hue: 'apiserver', kind: 'request', from: 'kube-apiserver', to: 'kube-apiserver', part: 'user', always: true },
  toRead: { hue: 'apiserver', kind: 'request', from: 'kube-apiserver', to: 'kube-apiserver', part: 'etcd', always: true },
  toWrite: { hue: 'apiserver', kind: 'request', from: 'kube-apiserver', to: 'kube-apiserver', part: 'etcd', always: true },
  read: { hue: 'etcd', kind: 'request', from: 'kube-apiserver', to: 'etcd', part: 'etcd', always: true },
  write: { hue: 'etcd', kind: 'request', from: 'kube-apiserver', to: 'etcd', part: 'etcd', always: true },
  cacheWatch: { hue: 'etcd', kind: 'watch', from: 'etcd', to: 'kube-apiserver', part: 'etcd', always: true },
  schedulerWatch: { hue: 'scheduler', kind: 'watch', from: 'kube-scheduler', to: 'kube-apiserver', part: 'scheduler', always: true },
  schedulerRequest: { hue: 'scheduler', kind: 'request', from: 'kube-scheduler', to: 'kube-apiserver', part: 'scheduler', always: true },
  schedulerInside: {
    hue: 'scheduler',
    kind: 'request',
    from: 'kube-apiserver',
    to: 'kube-apiserver',
    part: 'scheduler',
    always: false,
    arrow: true,
  },
  controllersWatch: {
    hue: 'controllers',
    kind: 'watch',
    from: 'kube-controller-manager',
    to: 'kube-apiserver',
    part: 'controllers',
    always: true,
  },
  controllersRequest: {
    hue: 'controllers',
    kind: 'request',
    from: 'kube-controller-manager',
    to: 'kube-apiserver',
    part: 'controllers',
    always: true,
  },
  controllersInside: {
    hue: 'controllers',
    kind: 'request',
    from: 'kube-apiserver',
    to: 'kube-apiserver',
    part: 'controllers',
    always: false,
    arrow: true,
  },
  kubeletInside: {
    hue: 'kubelet',
    kind: 'request',
    from: 'kube-apiserver',
    to: 'kube-apiserver',
    part: 'kubelet',
    always: false,
    arrow: true,
  },
}

const RAFT = { hue: 'etcd', kind: 'request', from: 'etcd', to: 'etcd', part: 'etcd', always: true, arrow: false } as const

type Ends = { readonly kind: Lane['kind']; readonly from: string; readonly to: string }

/** A process that has ended takes its lines with it; a watch goes with its connection. */
function isGone(view: View, { kind, from, to }: Ends): boolean {
  const down = (part: string) =>
    view.faults.some((f) => (f.kind === 'stopped' && f.part === part) || (f.kind === 'nodeDown' && f.node === part))
  if (from === 'etcd' && to === 'etcd') return false
  if (from === 'etcd') return down('etcd') || down('kube-apiserver') || (view.members.length > 0 && !view.quorum)
  if (from !== 'user' && from !== to && down(from)) return from !== 'kube-apiserver'
  return kind === 'watch' && (view.deaf.has(from) || down('kube-apiserver'))
}

function isCut(view: View, a: string, b: string): boolean {
  return view.faults.some((f) => f.kind === 'cut' && ((f.from === a && f.to === b) || (f.from === b && f.to === a)))
}

/** A lane's name gives way to the token that stands there; the scheduler's two lanes are named only at rest. */
function hidesLabel(view: View, id: string): boolean {
  if (view.play.lane === id) return true
  if (view.moment.kind === 'refused' && view.moment.step === (id === 'read' ? 3 : id === 'write' ? 4 : null)) return true
  return id.startsWith('scheduler') && view.moment.kind !== 'rest'
}
