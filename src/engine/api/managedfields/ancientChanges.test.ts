import { expect, it } from 'vitest'
import { withFewUpdaters } from './ancientChanges'
import type { ManagedFieldsEntry } from '../object'

const entry = (n: number, more: Partial<ManagedFieldsEntry> = {}): ManagedFieldsEntry => ({
  manager: `m${n}`,
  operation: 'Update',
  apiVersion: 'v1',
  time: `2026-01-15T10:00:${String(n).padStart(2, '0')}Z`,
  fieldsType: 'FieldsV1',
  fieldsV1: { 'f:data': { [`f:${n}`]: {} } },
  ...more,
})
const some = (count: number) => Array.from({ length: count }, (_, i) => entry(i + 1))
const managers = (entries: readonly ManagedFieldsEntry[]) => entries.map(({ manager }) => manager)

it('ten updaters are remembered, and any number of those who applied', () => {
  const entries = [...some(10), entry(11, { operation: 'Apply' })]
  expect(withFewUpdaters(entries)).toBe(entries)
})

it('of more, the oldest go together, with the time of the younger', () => {
  const left = withFewUpdaters(some(11))
  expect(left).toHaveLength(10)
  expect(left.find(({ manager }) => manager === 'ancient-changes')).toEqual({
    ...entry(2),
    manager: 'ancient-changes',
    fieldsV1: { 'f:data': { 'f:1': {}, 'f:2': {} } },
  })
})

it('each version has its own: an updater alone in its version stays', () => {
  const left = withFewUpdaters([entry(0, { apiVersion: 'v2' }), ...some(11)])
  expect(managers(left).sort()).toEqual(['ancient-changes', 'm0', 'm10', 'm11', 'm4', 'm5', 'm6', 'm7', 'm8', 'm9'])
})

it('who comes later joins those that went together before', () => {
  const left = withFewUpdaters([...withFewUpdaters(some(11)), entry(12)])
  expect(managers(left)).not.toContain('m3')
  expect(left.find(({ manager }) => manager === 'ancient-changes')?.fieldsV1).toEqual({ 'f:data': { 'f:1': {}, 'f:2': {}, 'f:3': {} } })
})
