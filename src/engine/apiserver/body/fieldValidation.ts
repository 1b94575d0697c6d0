// Fields that are unknown or given twice: refused, warned of or passed over, as `?fieldValidation=` of the request says.
// Upstream: apiserver pkg/endpoints/handlers/rest.go, apimachinery pkg/runtime/error.go (strictDecodingError), sigs.k8s.io/{json,yaml}

import { MAX_STRICT_ERRORS } from '../../api/serializer/parseJson'
import type { Facts } from '../../base/why'
import type { Refusal } from '../refusal'
import type { RequestContext } from '../requestContext'
import type { Read } from './readBody'

export const strictText = (errors: readonly string[]) => `strict decoding error: ${errors.join(', ')}`

export const fieldValidationOf = ({ info }: RequestContext) => info.query.get('fieldValidation') || 'Warn'

/** Refuses, warns of, or passes over what a strict reader has against a body. `refuse` words the refusal. */
export function validateFields(
  ctx: RequestContext,
  errors: readonly string[],
  refuse: (text: string, facts: readonly Facts[]) => Refusal,
): Refusal | null {
  if (errors.length === 0) return null
  const mode = fieldValidationOf(ctx)
  if (mode === 'Strict')
    return refuse(
      strictText(errors),
      errors.map((problem) => ({ problem })),
    )
  if (mode === 'Warn') ctx.warnings.push(...errors.flatMap(linesOf))
  return null
}

/** Each repeated key of a YAML body is a warning of its own. */
function linesOf(error: string): readonly string[] {
  if (!error.startsWith(UNMARSHAL)) return [error]
  return error
    .slice(UNMARSHAL.length + 1)
    .split('\n')
    .map((line) => line.trim())
}

/** What a strict reader has against a body, in Go's words: of YAML its repeated keys all in one, then the unknown fields. */
export function strictErrorsOf(read: Exclude<Read, Refusal>, unknown: readonly string[]): readonly string[] {
  // YAML becomes JSON on the way, with its keys sorted.
  const found = read.yaml ? [...unknown].sort(byPath) : unknown
  if (!read.yaml || read.duplicates.length === 0) return inTheirOrder(read, found).slice(0, MAX_STRICT_ERRORS)
  return [unmarshalErrors(read.duplicates), ...found]
}

/** As a decoder meets them that reads the text once. */
function inTheirOrder({ duplicates, places }: Exclude<Read, Refusal>, unknown: readonly string[]): readonly string[] {
  const all = [...repeatedIn(duplicates, unknown), ...unknown]
  if (!places || unknown.length === 0) return all
  const at = places()
  const placeOf = (error: string) => at.get(error) ?? at.get(pathOf(error)) ?? 0
  return all.sort((a, b) => placeOf(a) - placeOf(b))
}

/** What repeats itself within a field that nobody knows, or as one, is not looked at. */
function repeatedIn(duplicates: readonly string[], unknown: readonly string[]): readonly string[] {
  const passedOver = unknown.map(pathOf)
  return duplicates.filter((error) => !passedOver.some((path) => pathOf(error) === path || /^[.[]/.test(after(path, pathOf(error)))))
}

const after = (start: string, path: string) => (path.startsWith(start) ? path.slice(start.length) : '')

/** The order of the paths that two errors name: indexes by number, the rest by the alphabet. */
function byPath(a: string, b: string): number {
  const [one, other] = [stepsOf(a), stepsOf(b)]
  for (const [i, step] of one.entries()) {
    const beside = other[i]
    if (beside === undefined) return 1
    if (step === beside) continue
    const [index, besides] = [Number(step), Number(beside)]
    if (Number.isInteger(index) && Number.isInteger(besides)) return index - besides
    return step < beside ? -1 : 1
  }
  return one.length - other.length
}

/** `unknown field "spec.containers[0].x"` → spec, containers, 0, x. */
const stepsOf = (error: string): readonly string[] => pathOf(error).split(/[.[\]]+/)
const pathOf = (error: string) => /"(.*)"/.exec(error)?.[1] ?? error

const UNMARSHAL = 'yaml: unmarshal errors:'
/** The repeated keys of a YAML body, as one error. */
export const unmarshalErrors = (lines: readonly string[]) => [UNMARSHAL, ...lines].join('\n  ')
