// The table columns of a custom resource: those that its definition asks for, or its age.
// Upstream: apiextensions-apiserver pkg/registry/customresource/tableconvertor

import { anyDepth } from '../../../base/anyDepth'
import { goJson, isNumber, isObject, type Json } from '../../../base/json'
import { goMap } from '../../go/goValue'
import type { Column } from '../../kind'
import { age, ageColumn, column, nameColumn } from '../columns'
import { valuesAt } from './jsonPath'
import type { CrdColumn } from './types'

export function customColumns(columns: readonly CrdColumn[] = []): readonly Column[] {
  if (columns.length === 0) return [nameColumn, { ...ageColumn, type: 'date' }]
  return [nameColumn, ...columns.map(customColumn)]
}

function customColumn({ name = '', type = 'string', format = '', description, priority = 0, jsonPath = '' }: CrdColumn): Column {
  const shown = description || `Custom resource definition column (in JSONPath format): ${jsonPath}`
  return column(
    name,
    shown,
    (object, now) => {
      const found = valuesAt(jsonPath, object)
      return found && found.length > 0 ? cellOf(type, found[0]!, now) : null
    },
    { type: type as Column['type'], format, priority },
  )
}

function cellOf(type: string, value: Json, now: number): string | number | bigint | boolean | null {
  if (value === null) return null
  switch (type) {
    case 'string':
      return textOf(value)
    case 'integer':
      return typeof value === 'bigint' ? value : typeof value === 'number' ? Math.trunc(value) : null
    case 'number':
      return isNumber(value) ? value : null
    case 'boolean':
      return typeof value === 'boolean' ? value : null
    default:
      if (typeof value !== 'string') return null
      return Number.isNaN(Date.parse(value)) ? '<invalid>' : age(value, now)
  }
}

/** As a JSON path prints what it found. */
function textOf(value: Exclude<Json, null>): string {
  if (Array.isArray(value) || isObject(value)) return goJson(sorted(value))
  return typeof value === 'string' ? value : goMap(value)
}

const sorted = anyDepth(null, (value: Json | undefined): Json => {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => sorted(item))
  if (!isObject(value)) return value ?? null
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((k) => [k, sorted(value[k])]),
  )
})
