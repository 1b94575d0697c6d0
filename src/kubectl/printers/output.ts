// -o yaml|json|name|jsonpath=…|custom-columns=… for an object or a List.
// Upstream: cli-runtime pkg/genericclioptions/print_flags.go, kubectl pkg/cmd/get/customcolumn.go

import { anyDepth, goJson, isUnwritable, listText, NO_CONTROL_CHARACTERS, type Json, type JsonObject } from '../../engine/index'
import { CommandError } from '../context'
import type { ResourceInfo } from '../context'
import { findKind, typeName } from '../resources'
import { evaluatePath, jsonPathText } from './jsonPath'
import { jsonText, sortKeys } from './jsonText'
import { withoutManagedFields } from './managedFields'
import { Columns } from './tableText'
import { yamlText } from './yamlText'

const FORMATS =
  'custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml'

/** Throws kubectl's words for a format it does not have, and ours for one that is not modelled. */
export function outputText(object: JsonObject, format: string, resources: readonly ResourceInfo[]): string {
  const equals = format.indexOf('=')
  const name = equals < 0 ? format : format.slice(0, equals)
  const template = equals < 0 ? '' : format.slice(equals + 1)
  if (name === 'yaml') {
    if (isUnwritable(goJson(object))) throw new CommandError(`error: ${NO_CONTROL_CHARACTERS}\n`)
    return yamlText(withoutManagedFields(object))
  }
  if (name === 'json') return `${jsonText(sortKeys(withoutManagedFields(object)), 4)}\n`
  if (name === 'name')
    return itemsOf(object)
      .map((item) => `${nameOf(item, resources)}\n`)
      .join('')
  if (name === 'jsonpath') return jsonPathText(template, object)
  if (name === 'custom-columns') return customColumns(object, template)
  if (name === 'go-template') {
    const path = /^\{\{\s*((?:\.\w+)+)\s*\}\}$/.exec(template)
    if (path) return goValue(evaluatePath(path[1]!, object)[0])
  }
  if (FORMATS.split(',').includes(name))
    throw new CommandError(`apiscope: -o ${format} is not modelled; yaml, json, name, wide, jsonpath and custom-columns are\n`)
  throw new CommandError(`error: unable to match a printer suitable for the output format "${format}", allowed formats are: ${FORMATS}\n`)
}

/** The object itself, or the items of a list. */
export function itemsOf(object: JsonObject): readonly JsonObject[] {
  return Array.isArray(object.items) ? (object.items as readonly JsonObject[]) : [object]
}

function nameOf(item: JsonObject, resources: readonly ResourceInfo[]): string {
  const info = findKind(resources, String(item.apiVersion), String(item.kind))
  return `${info ? typeName(info) : String(item.kind).toLowerCase()}/${String((item.metadata as JsonObject).name)}`
}

function customColumns(object: JsonObject, spec: string): string {
  if (spec === '') throw new CommandError('error: custom-columns format specified but no custom columns given\n')
  const columns = spec.split(',').map((column) => {
    const colon = column.indexOf(':')
    if (colon < 0 || colon === column.length - 1)
      throw new CommandError(`error: unexpected custom-columns spec: ${column}, expected <header>:<json-path-expr>\n`)
    return { header: column.slice(0, colon), path: column.slice(colon + 1) }
  })
  const rows = itemsOf(object).map((item) => columns.map(({ path }) => cell(evaluatePath(path, item))))
  return new Columns().lines([columns.map(({ header }) => header), ...rows])
}

function cell(values: readonly Json[]): string {
  return values.length === 0 ? '<none>' : values.map((value) => (value === null ? '<none>' : goValue(value))).join(',')
}

/** As Go's %v prints decoded JSON. */
export const goValue = anyDepth('', (value: Json | undefined): string => {
  if (value === undefined) return '<no value>'
  if (value === null) return '<nil>'
  if (Array.isArray(value))
    return listText(
      (value as readonly Json[]).map((item) => goValue(item)),
      '[',
      ']',
      ' ',
    )
  if (typeof value !== 'object') return String(value)
  const object = value as JsonObject
  const fields = Object.keys(object).filter((key) => object[key] !== undefined)
  return listText(
    fields.sort().map((key) => `${key}:${goValue(object[key])}`),
    'map[',
    ']',
    ' ',
  )
})
