import { describe, expect, it } from 'vitest'
import { types } from '../kinds/types'
import { updateManagedFields } from './managedFields'

const schema = types.struct('ConfigMap')
const created = (data: Readonly<Record<string, string>>, now: string, manager = 'alice') =>
  updateManagedFields({ before: null, after: { metadata: { name: 'a' }, data }, manager, apiVersion: 'v1', now, schema }).metadata
    .managedFields!

describe('managed fields', () => {
  it('are one list for what somebody creates of the same fields in the same second', () => {
    const first = created({ x: '1' }, '2026-01-15T10:00:00Z')
    expect(first).toMatchObject([{ manager: 'alice', operation: 'Update', time: '2026-01-15T10:00:00Z', fieldsType: 'FieldsV1' }])
    expect(created({ x: '2' }, '2026-01-15T10:00:00Z')).toBe(first)
    expect(created({ x: '1' }, '2026-01-15T10:00:00Z', 'bob')[0]!.manager).toBe('bob')
    expect(created({ x: '1' }, '2026-01-15T10:00:01Z')[0]!.time).toBe('2026-01-15T10:00:01Z')
    expect(created({ y: '1' }, '2026-01-15T10:00:01Z')[0]!.fieldsV1).toMatchObject({ 'f:data': { 'f:y': {} } })
  })
})
