// kubectl autoscale: a HorizontalPodAutoscaler for what can be scaled.
// Leaves out: --cpu-percent, which is deprecated; the older API that is tried when the newer one refuses; refusing what has no scale.
// Upstream: kubectl pkg/cmd/autoscale/autoscale.go

import { parseQuantity, type JsonObject } from '../../engine/index'
import { CommandError } from '../context'
import { print, type Step } from '../effects'
import { apiVersionOf, findResource, pathOf, query, typeName } from '../resources'
import { TYPED, type Session } from '../session'
import { chosen, chosenFlags, type Chosen } from './chosen'
import { dryRunFlag, dryRunNote, dryRunOf, dryRunQuery, type Command } from './command'

export const autoscale: Command = {
  flags: {
    ...dryRunFlag,
    filename: chosenFlags.filename!,
    min: { type: 'int' },
    max: { type: 'int', required: true },
    cpu: { type: 'string' },
    memory: { type: 'string' },
    name: { type: 'string' },
    'field-manager': { type: 'string' },
    'cpu-percent': { type: 'int', unmodelled: true },
    'save-config': { type: 'bool', unmodelled: true },
    output: { type: 'string', short: 'o', unmodelled: true },
  },
  *run(session) {
    const { flags } = session
    const max = flags.int('max')!
    const min = flags.int('min') ?? -1
    if (max < 1) throw new CommandError(`error: --max=MAXPODS is required and must be at least 1, max: ${max}\n`)
    if (max < min) throw new CommandError(`error: --max=MAXPODS must be larger or equal to --min=MINPODS, max: ${max}, min: ${min}\n`)
    const metrics = metricsOf(session)
    for (const target of yield* chosen(session, flags.args, 'kubectl autoscale')) yield* make(session, target, { min, max, metrics })
    return 0
  },
}

interface Wanted {
  readonly min: number
  readonly max: number
  readonly metrics: readonly JsonObject[]
}

function* make(session: Session, { info, name: of, namespace }: Chosen, { min, max, metrics }: Wanted): Step<void> {
  const { flags } = session
  const name = flags.text('name') || of
  const own = findResource(session.resources, 'horizontalpodautoscalers.autoscaling')
  const body = {
    kind: own.kind,
    apiVersion: apiVersionOf(own),
    metadata: { name, ...(flags.has('namespace') ? { namespace } : {}) },
    spec: {
      scaleTargetRef: { kind: info.kind, name: of, apiVersion: apiVersionOf(info) },
      ...(min > 0 ? { minReplicas: min } : {}),
      maxReplicas: max,
      ...(metrics.length > 0 ? { metrics } : {}),
    },
    status: { desiredReplicas: 0, currentMetrics: null },
  }
  const done = dryRunOf(session) === 'client' ? 'created' : 'autoscaled'
  if (dryRunOf(session) !== 'client') {
    const options = query({ fieldManager: flags.text('field-manager') ?? 'kubectl-autoscale', ...dryRunQuery(session) })
    yield* session.get({ method: 'POST', path: pathOf(own, namespace) + options, ...TYPED, body })
  }
  yield* print(`${typeName(own)}/${name} ${done}${dryRunNote(session)}\n`)
}

/** What a number without a unit is of. */
const UNITS = { cpu: 'm', memory: 'Mi' } as const

function metricsOf({ flags }: Session): readonly JsonObject[] {
  return (['cpu', 'memory'] as const).flatMap((name) => {
    const text = flags.text(name)?.trim()
    return text ? [{ type: 'Resource', resource: { name, target: targetOf(name, text) } }] : []
  })
}

/** `70%` of what is requested, or an amount. */
function targetOf(name: keyof typeof UNITS, text: string): JsonObject {
  const percent = /^(\d+)%$/.exec(text)
  if (percent) return { type: 'Utilization', averageUtilization: Number(percent[1]) }
  const averageValue = /^[\d.]+$/.test(text) ? `${Number(text)}${UNITS[name]}` : text
  if (!parseQuantity(averageValue)) throw new CommandError(`error: invalid resource ${name} value: ${text}\n`)
  return { type: 'AverageValue', averageValue }
}
