// kubectl cordon, uncordon and taint: what is said of a node in its spec.
// Leaves out: selectors of cordon and uncordon.
// Upstream: kubectl pkg/cmd/drain/drain.go, pkg/cmd/taint/{taint,utils}.go

import type { JsonObject } from '../../engine/index'
import { CommandError } from '../context'
import { print, type Step } from '../effects'
import { findResource, pathOf, query } from '../resources'
import type { Session } from '../session'
import { chosen, chosenFlags, PATCH_TYPES, type Chosen } from './chosen'
import type { Command } from './command'

export const cordon: Command = { flags: {}, run: (session) => mark(session, true) }
export const uncordon: Command = { flags: {}, run: (session) => mark(session, false) }

function* mark(session: Session, cordoned: boolean): Step<number> {
  const command = cordoned ? 'cordon' : 'uncordon'
  if (session.flags.args.length === 0) throw new CommandError(`error: USAGE: ${command} NODE [flags]\n`)
  for (const node of yield* chosen(session, ['nodes', ...session.flags.args], `kubectl ${command}`))
    yield* setCordoned(session, node, cordoned)
  return 0
}

export function* setCordoned(session: Session, { name, object }: Chosen, cordoned: boolean): Step<void> {
  const word = cordoned ? 'cordoned' : 'uncordoned'
  if (Boolean((object.spec as { unschedulable?: boolean }).unschedulable) === cordoned)
    return yield* print(`node/${name} already ${word}\n`)
  const path = pathOf(findResource(session.resources, 'nodes'), null, name)
  const body = { spec: { unschedulable: cordoned ? true : null } }
  yield* session.get({ method: 'PATCH', path, contentType: PATCH_TYPES.strategic, body })
  yield* print(`node/${name} ${word}\n`)
}

interface Taint extends JsonObject {
  readonly key: string
  readonly value?: string
  readonly effect: string
}

export const taint: Command = {
  flags: { ...chosenFlags, overwrite: { type: 'bool' } },
  *run(session) {
    const { flags } = session
    const [type = '', ...rest] = flags.args
    const names = rest.filter((arg) => !isTaint(arg))
    const words = rest.filter(isTaint)
    if (words.length === 0) throw new CommandError('error: at least one taint update is required\n')
    const added = words.filter((w) => !w.endsWith('-')).map(parse)
    const removed = words.filter((w) => w.endsWith('-')).map((w) => parse(w.slice(0, -1)))
    for (const { name, object, info } of yield* chosen(session, [type, ...names], 'kubectl taint')) {
      const had = ((object.spec as JsonObject).taints ?? []) as readonly Taint[]
      const again = added.filter((t) => had.some((h) => same(h, t)))
      if (again.length > 0 && !flags.bool('overwrite'))
        throw new CommandError(
          `error: node ${name} already has ${again.map((t) => t.key).join(', ')} taint(s) with same effect(s) and --overwrite is false\n`,
        )
      const gone = (taint: Taint) => removed.some((r) => r.key === taint.key && (r.effect === '' || r.effect === taint.effect))
      for (const r of removed)
        if (!had.some((h) => h.key === r.key && (r.effect === '' || r.effect === h.effect)))
          throw new CommandError(`error: taint "${r.key}${r.effect ? `:${r.effect}` : ''}" not found\n`)
      const taints = [...added, ...had.filter((h) => !gone(h) && !added.some((t) => same(h, t)))]
      const options = query({ fieldManager: 'kubectl-taint', fieldValidation: 'Strict' })
      const body = { spec: { taints: taints.length === 0 ? null : taints } }
      const path = pathOf(info, null, name) + options
      yield* session.get({ method: 'PATCH', path, contentType: PATCH_TYPES.strategic, body })
      yield* print(`node/${name} ${added.length === 0 ? 'untainted' : again.length > 0 ? 'modified' : 'tainted'}\n`)
    }
    return 0
  },
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']
const isTaint = (arg: string) => arg.includes(':') || arg.includes('=') || arg.endsWith('-')
const same = (a: Taint, b: Taint) => a.key === b.key && a.effect === b.effect

/** `key=value:Effect`, `key:Effect`, or for a removal `key`. */
function parse(text: string): Taint {
  const [what = '', effect = ''] = text.split(':')
  const [key = '', value] = what.split('=')
  if (effect !== '' && !EFFECTS.includes(effect))
    throw new CommandError(`error: invalid taint effect: ${effect}, unsupported taint effect\n`)
  return { key, effect, ...(value ? { value } : {}) }
}
