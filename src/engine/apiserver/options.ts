// The query's options (CreateOptions, PatchOptions …; those of a DELETE are in deleteOptions.ts) and media types of bodies.
// Upstream: apimachinery pkg/apis/meta/v1/validation, apiserver pkg/endpoints/handlers/{create,patch}.go

import type { FieldError } from '../api/errors/fieldErrors'
import { byteLength, isLongerThan } from '../base/byteLength'
import { Recent } from '../base/recent'
import { invalidFields, type Refusal } from './refusal'
import type { RequestContext } from './requestContext'

const KINDS: Readonly<Record<string, string>> = {
  create: 'CreateOptions',
  update: 'UpdateOptions',
  patch: 'PatchOptions',
}
const FIELD_VALIDATION = ['', 'Ignore', 'Strict', 'Warn']
export const APPLY_PATCH = 'application/apply-patch+yaml'
export const isApply = (ctx: RequestContext) => ctx.route === 'patch' && mediaTypeOf(ctx) === APPLY_PATCH

/** Reads the options into the request; a Status if they are wrong. */
export function readOptions(ctx: RequestContext): Refusal | null {
  const { query } = ctx.info
  const errors: FieldError[] = []
  const apply = mediaTypeOf(ctx) === APPLY_PATCH
  const manager = query.get('fieldManager') ?? ''
  if (ctx.info.verb === 'patch') {
    if (apply && manager === '') errors.push({ type: 'FieldValueRequired', field: 'fieldManager', detail: 'is required for apply patch' })
    if (!apply && query.has('force'))
      errors.push({ type: 'FieldValueForbidden', field: 'force', detail: 'may not be specified for non-apply patch' })
  }
  errors.push(...managerErrors(manager))
  const dryRun = query.getAll('dryRun')
  errors.push(...dryRunErrors(dryRun))
  const validation = query.get('fieldValidation') ?? ''
  if (!FIELD_VALIDATION.includes(validation))
    errors.push({
      type: 'FieldValueNotSupported',
      field: 'fieldValidation',
      value: validation,
      detail: 'supported values: "", "Ignore", "Strict", "Warn"',
      allowed: FIELD_VALIDATION,
    })
  if (errors.length > 0) return invalidFields('meta.k8s.io', KINDS[ctx.info.verb] ?? 'CreateOptions', '', errors)
  ctx.dryRun = dryRun.length > 0
  ctx.fieldManager = manager || managerOf(ctx.http.headers['user-agent'])
  return null
}

function managerErrors(manager: string): FieldError[] {
  const errors: FieldError[] = []
  if (isLongerThan(manager, 128))
    errors.push({ type: 'FieldValueTooLong', field: 'fieldManager', value: manager, detail: 'may not be more than 128 bytes' })
  let at = 0
  for (const c of manager) {
    if (/[\p{C}\p{Z}]/u.test(c) && c !== ' ') {
      const code = `U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
      errors.push({
        type: 'FieldValueInvalid',
        field: 'fieldManager',
        value: manager,
        detail: `invalid character ${code} (at position ${at})`,
      })
    }
    at += byteLength(c)
  }
  return errors
}

export function dryRunErrors(dryRun: readonly string[]): FieldError[] {
  if (dryRun.every((d) => d === 'All')) return []
  return [{ type: 'FieldValueNotSupported', field: 'dryRun', value: dryRun, detail: 'supported values: "All"', allowed: ['All'] }]
}

/** One text for all that a client sends: it stands in every object. */
const managers = new Recent<string, string>()

/** The User-Agent up to the first slash. */
function managerOf(userAgent = ''): string {
  return managers.get(userAgent) ?? managers.add(userAgent, userAgent.split('/', 1)[0] || 'unknown')
}

/** Of the body, without parameters. */
export const mediaTypeOf = (ctx: RequestContext) => sentTypeOf(ctx).trim().toLowerCase()

/** The same as it was written: a patch's is taken by the letter. */
export function sentTypeOf({ http }: RequestContext): string {
  const type = http.headers['content-type'] ?? ''
  const end = type.indexOf(';')
  return end < 0 ? type : type.slice(0, end)
}
