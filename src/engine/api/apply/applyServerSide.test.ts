import { describe, expect, it } from 'vitest'
import type { ApiObject } from '../object'
import { types } from '../kinds/types'
import type { StructSchema, TypeSchema } from '../schema/schema'
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

  it('finds the item of a list by a key that it leaves to its default', () => {
    const port = (more: object) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's' },
      spec: { ports: [{ port: 80, ...more }] },
    })
    const made = applyServerSide({
      live: port({ protocol: 'TCP', targetPort: 80 }),
      applied: port({ targetPort: 80, name: 'http' }),
      manager: 'alice',
      force: false,
      apiVersion: 'v1',
      now: '2026-01-15T10:00:00Z',
      schema: types.struct('Service'),
    })
    expect('object' in made && made.object.spec).toEqual({ ports: [{ port: 80, protocol: 'TCP', targetPort: 80, name: 'http' }] })
  })

  describe('by kubectl', () => {
    const annotation = 'kubectl.kubernetes.io/last-applied-configuration'
    const once = (data: Record<string, string>) => JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data })
    const live = (data: Record<string, string>, last: Record<string, string>): ApiObject => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'a',
        annotations: { [annotation]: once(last) },
        managedFields: [
          {
            manager: 'kubectl-client-side-apply',
            operation: 'Update',
            apiVersion: 'v1',
            fieldsType: 'FieldsV1',
            fieldsV1: { 'f:data': { 'f:x': {} } },
          },
        ],
      },
      data,
    })
    it('takes over what the annotation says that kubectl wrote', () => {
      expect(made(apply(live({ x: '1' }, { x: '1' }), 'kubectl', { x: '2' })).data).toEqual({ x: '2' })
    })
    it('does not take over what has changed since', () => {
      expect(apply(live({ x: '5' }, { x: '1' }), 'kubectl', { x: '2' })).toHaveProperty('conflict')
      expect(apply(live({ x: '1' }, { x: '1' }), 'helm', { x: '2' })).toHaveProperty('conflict')
    })
  })
})
