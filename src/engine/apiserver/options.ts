// CreateOptions, UpdateOptions, PatchOptions, DeleteOptions: what the query (and a DELETE's body) asks for, and what of it is refused.
// Upstream: apimachinery pkg/apis/meta/v1/validation/validation.go

import type { FieldError } from '../api/fieldErrors'
import { invalid, type Status } from '../api/status'
import { NONE, Path, unsupported, wrong } from '../api/validation/rules'
import type { RequestContext } from './requestContext'

const NAMES = { create: 'CreateOptions', update: 'UpdateOptions', patch: 'PatchOptions', delete: 'DeleteOptions' } as const
const PROPAGATION = ['Foreground', 'Background', 'Orphan']

export function checkOptions(ctx: RequestContext): Status | null {
  const { route, info } = ctx
  const { query } = info
  const name = NAMES[(route in NAMES ? route : 'create') as keyof typeof NAMES]
  const dryRun = [...query.getAll('dryRun'), ...dryRunOfBody(ctx)]
  ctx.dryRun = dryRun.includes('All')
  const validation = query.get('fieldValidation')
  const { propagationPolicy, gracePeriodSeconds } = ctx.deleteOptions
  const errors: FieldError[] = [
    ...(dryRun.some((d) => d !== 'All') ? unsupported(Path.root('dryRun'), dryRun as never, ['All']) : NONE),
    ...(validation === null || ['', 'Ignore', 'Strict', 'Warn'].includes(validation) ? NONE : unsupported(Path.root('fieldValidation'), validation, ['', 'Ignore', 'Strict', 'Warn'])),
    ...((query.get('fieldManager') ?? '').length > 128 ? wrong(Path.root('fieldManager'), query.get('fieldManager'), 'may not be more than 128 bytes') : NONE),
    ...(propagationPolicy === undefined || PROPAGATION.includes(propagationPolicy)
      ? NONE
      : [{ type: 'FieldValueNotSupported' as const, field: 'propagationPolicy', value: propagationPolicy, detail: 'supported values: "Foreground", "Background", "Orphan", "nil"', allowed: PROPAGATION }]),
    ...(gracePeriodSeconds !== undefined && typeof gracePeriodSeconds !== 'number' ? wrong(Path.root('gracePeriodSeconds'), gracePeriodSeconds, 'must be a number') : NONE),
  ]
  return errors.length > 0 ? invalid('meta.k8s.io', name, '', errors) : null
}

function dryRunOfBody(ctx: RequestContext): readonly string[] {
  const asked = (ctx.deleteOptions as { dryRun?: readonly string[] }).dryRun
  return asked ?? []
}
