import { describe, expect, it } from 'vitest'
import type { ApiObject } from '../object'
import type { StructSchema, TypeSchema } from '../schema'
import { applyServerSide } from './applyServerSide'

const text: TypeSchema = { type: 'string' }
const struct = (fields: Record<string, TypeSchema>): StructSchema => ({
  type: 'struct',
  name: 'T',
  field: (n) => fields[n],
  fieldNames: Object.keys(fields),
  required: [],
  written: [],
  atomic: false,
  retainKeys: false,
})
const schema = struct({ metadata: struct({ name: text }), data: { type: 'map', values: text, atomic: false } })
const apply = (live: ApiObject | null, manager: string, data: Record<string, string>, force = false) =>
  applyServerSide({
    live,
    applied: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data },
    manager,
    force,
    apiVersion: 'v1',
    now: '2026-01-15T10:00:00Z',
    schema,
  })
const made = (r: ReturnType<typeof apply>): ApiObject => {
  if ('conflict' in r) throw new Error(r.conflict.message)
  return r.object
}

describe('server-side apply', () => {
  const first = made(apply(null, 'alice', { x: '1', y: '1' }))
  it('gives the manager what it applied', () => {
    expect(first.metadata.managedFields?.[0]).toMatchObject({
      manager: 'alice',
      operation: 'Apply',
      fieldsV1: { 'f:data': { 'f:x': {}, 'f:y': {} } },
    })
  })
  it('refuses to change what another manager owns, with the field named', () => {
    const r = apply(first, 'bob', { x: '2' })
    expect('conflict' in r && r.conflict.message).toBe('Apply failed with 1 conflict: conflict with "alice": .data.x')
  })
  it('takes the field when forced', () => {
    expect(made(apply(first, 'bob', { x: '2' }, true)).metadata.managedFields?.map((e) => [e.manager, e.fieldsV1])).toEqual([
      ['alice', { 'f:data': { 'f:y': {} } }],
      ['bob', { 'f:data': { 'f:x': {} } }],
    ])
  })
  it('removes what is no longer applied unless someone shares it', () => {
    const shared = made(apply(first, 'bob', { x: '1' }))
    expect(made(apply(shared, 'alice', {})).data).toEqual({ x: '1' })
  })
  it('leaves the object alone when nothing changes', () => {
    expect(made(apply(first, 'alice', { x: '1', y: '1' }))).toBe(first)
  })
})
