// What a resource, or a subresource of it, resets: fields that nobody can write through it, and that whoever writes through it therefore does not own.
// Upstream: kubernetes pkg/registry/*/*/strategy.go (GetResetFields)

import type { StructSchema } from '../schema/schema'

/** Fields of the object: `true` for all of one, else those of its own that are reset. */
export type Resets = Readonly<Record<string, true | ReadonlySet<string>>>

/** Set by the server alone, hence owned by nobody. */
const STRIPPED: ReadonlySet<string> = new Set([
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'generation',
  'managedFields',
  'resourceVersion',
])

/** Of one that resets nothing but what the server sets. */
export const UNRESET: Resets = { metadata: STRIPPED }
const STATUS: Resets = { ...UNRESET, status: true }
const SPEC: Resets = { ...UNRESET, spec: true }

/** Of a `…/status` that resets these fields of the metadata, too. */
export const specAndMetadata = (...fields: readonly string[]): Resets => ({ ...SPEC, metadata: new Set([...STRIPPED, ...fields]) })
/** Of a `…/status` that leaves the metadata alone, too. */
export const ALL_BUT_STATUS: Resets = { spec: true, metadata: true }

/** The resource itself and its `…/status` each keep what the other one writes. */
export function usualResets(schema: StructSchema, subresource: string): Resets {
  const [field, resets] = subresource === 'status' ? (['spec', SPEC] as const) : (['status', STATUS] as const)
  return schema.field(field)?.type === 'struct' ? resets : UNRESET
}
