// kubectl get: tables from the server, or objects in a form that the reader chooses; -w goes on with a watch.
// Leaves out: chunks beyond the first 500, --watch with several types.
// Upstream: kubectl pkg/cmd/get/get.go

import { goQuote, isNumber, type Json, type JsonObject } from '../../engine/index'
import { CommandError } from '../context'
import type { ResourceInfo } from '../context'
import { close, next, print, printError } from '../effects'
import type { Step } from '../effects'
import { statusText } from '../errors'
import { knownManifests } from '../manifests'
import { jsonText } from '../printers/jsonText'
import { evaluatePath } from '../printers/jsonPath'
import { outputText } from '../printers/output'
import { Columns, tableRows } from '../printers/tableText'
import type { TableStyle } from '../printers/tableText'
import { apiVersionOf, pathOf, query, typeName } from '../resources'
import { ACCEPT, bodyOf } from '../session'
import type { Session } from '../session'
import { selectorFlags, targetsOf, type Target } from '../targets'
import type { Command } from './command'

export const get: Command = {
  flags: {
    ...selectorFlags,
    output: { type: 'string', short: 'o' },
    'show-labels': { type: 'bool' },
    'label-columns': { type: 'list', short: 'L' },
    'no-headers': { type: 'bool' },
    'sort-by': { type: 'string' },
    watch: { type: 'bool', short: 'w' },
    'watch-only': { type: 'bool', unmodelled: true },
    'ignore-not-found': { type: 'bool' },
    'show-kind': { type: 'bool' },
    'show-managed-fields': { type: 'bool', unmodelled: true },
    'chunk-size': { type: 'int', unmodelled: true },
    filename: { type: 'list', short: 'f' },
    raw: { type: 'string' },
  },
  *run(session) {
    const { flags } = session
    const raw = flags.text('raw')
    if (raw !== undefined) {
      if (flags.args.length > 0) throw new CommandError('error: arguments may not be passed when --raw is specified\n')
      if (!raw.startsWith('/'))
        throw new CommandError(`error: --raw must be a valid URL path: parse ${goQuote(raw)}: invalid URI for request\n`)
      const response = yield* session.ask({ path: raw })
      if (response.status >= 300) throw new CommandError(statusText(response))
      yield* print(rawText(response.body))
      return 0
    }
    if (flags.args.length === 0 && !flags.has('filename'))
      throw new CommandError(
        'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\nerror: Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).\nSee \'kubectl get -h\' for help and examples\n',
      )
    const targets: readonly Target[] = flags.has('filename') ? knownManifests(session) : targetsOf(session, flags.args, 'kubectl get')
    const output = flags.text('output') ?? ''
    return yield* output === '' || output === 'wide' ? getTables(session, targets, output === 'wide') : getObjects(session, targets, output)
  },
}

/** As the server wrote it. */
function rawText(body: Json | undefined): string {
  return typeof body === 'string' ? body : `${jsonText(body ?? null, 0)}\n`
}

function* getTables(session: Session, targets: readonly Target[], wide: boolean): Step<number> {
  const { flags } = session
  const many = new Set(targets.map(({ info }) => info)).size > 1
  const sortBy = flags.text('sort-by')
  const tables: { info: ResourceInfo; table: JsonObject }[] = []
  let failed = false
  for (const target of targets) {
    const path = requestPath(session, target, sortBy === undefined ? { limit: 500 } : { includeObject: 'Object' })
    const response = yield* session.ask({ path, accept: ACCEPT.table })
    if (response.status >= 300) {
      if (response.status === 404 && target.name !== undefined && flags.bool('ignore-not-found')) continue
      failed = true
      yield* printError(
        statusText(response, target.name === undefined && response.status === 400 ? unableToFind(session, target.info) : ''),
      )
      continue
    }
    const last = tables.at(-1)
    const table = bodyOf(response)
    if (last?.info === target.info)
      last.table = { ...last.table, rows: [...(last.table.rows as readonly Json[]), ...((table.rows ?? []) as readonly Json[])] }
    else tables.push({ info: target.info, table })
  }
  let printed = false
  let columns = new Columns()
  for (const { info, table } of tables) {
    const rows = (table.rows ?? []) as readonly JsonObject[]
    if (rows.length === 0) continue
    const sorted = sortBy === undefined ? rows : sortRows(rows, sortBy)
    columns = new Columns()
    yield* print((printed ? '\n' : '') + columns.lines(tableRows({ ...table, rows: sorted }, styleOf(session, info, wide, many))))
    printed = true
  }
  if (!printed && !failed && !flags.bool('watch') && !flags.bool('ignore-not-found')) {
    const everywhere = flags.bool('all-namespaces') || targets.every(({ info }) => !info.namespaced)
    yield* printError(everywhere ? 'No resources found\n' : `No resources found in ${session.namespace} namespace.\n`)
  }
  if (failed) return 1
  return flags.bool('watch') ? yield* watch(session, targets[0]!, tables[0]?.table, columns, wide, printed) : 0
}

function* watch(
  session: Session,
  target: Target,
  table: JsonObject | undefined,
  columns: Columns,
  wide: boolean,
  headed: boolean,
): Step<number> {
  const version = target.name === undefined ? (table?.metadata as JsonObject | undefined)?.resourceVersion : '0'
  const path = requestPath(
    session,
    { info: target.info },
    {
      watch: true,
      resourceVersion: String(version ?? '0'),
      ...(target.name === undefined ? {} : { fieldSelector: `metadata.name=${target.name}` }),
    },
  )
  const { stream, response } = yield* session.open({ path, accept: ACCEPT.table })
  if (stream === null) throw new CommandError(statusText(response))
  let definitions = table?.columnDefinitions as Parameters<typeof tableRows>[2]
  let header = !headed && !session.flags.bool('no-headers')
  let skip = target.name !== undefined
  for (;;) {
    const piece = yield* next(stream)
    if (piece === null) return 0
    if (typeof piece === 'string' || 'timeout' in piece || piece.type === 'BOOKMARK') continue
    if (piece.type === 'ERROR') {
      yield* close(stream)
      throw new CommandError(statusText({ status: Number(piece.object.code ?? 500), headers: {}, body: piece.object }))
    }
    if (skip && piece.type === 'ADDED') {
      skip = false
      continue
    }
    definitions = (piece.object.columnDefinitions as typeof definitions) ?? definitions
    yield* print(columns.lines(tableRows(piece.object, { ...styleOf(session, target.info, wide, false), headers: header }, definitions)))
    header = false
  }
}

function* getObjects(session: Session, targets: readonly Target[], output: string): Step<number> {
  const objects: JsonObject[] = []
  let refusals = ''
  for (const target of targets) {
    const response = yield* session.ask({ path: requestPath(session, target, { limit: 500 }) })
    if (response.status >= 300) {
      if (response.status !== 404 || !session.flags.bool('ignore-not-found'))
        refusals += statusText(response, response.status === 400 ? unableToFind(session, target.info) : '')
      continue
    }
    const body = bodyOf(response)
    const own = { apiVersion: apiVersionOf(target.info), kind: target.info.kind }
    if (target.name === undefined) objects.push(...((body.items ?? []) as readonly JsonObject[]).map((item) => ({ ...own, ...item })))
    else objects.push(body)
  }
  const single = targets.length === 1 && targets[0]!.name !== undefined
  const sortBy = session.flags.text('sort-by')
  const sorted =
    sortBy === undefined
      ? objects
      : sortRows(
          objects.map((object) => ({ object })),
          sortBy,
        ).map((row) => row.object as JsonObject)
  const whole = single ? sorted[0] : { apiVersion: 'v1', items: sorted, kind: 'List', metadata: { resourceVersion: '' } }
  if (whole && !(refusals !== '' && objects.length === 0)) {
    const text = outputText(whole, output, session.resources)
    yield* print(session.flags.bool('no-headers') && output.startsWith('custom-columns') ? text.slice(text.indexOf('\n') + 1) : text)
  }
  yield* printError(refusals)
  return refusals === '' ? 0 : 1
}

function requestPath(
  session: Session,
  { info, name, namespace: own }: Target,
  values: Readonly<Record<string, string | number | boolean>>,
): string {
  const namespace = session.flags.bool('all-namespaces') ? null : session.namespace
  if (name !== undefined) {
    if (namespace === null) throw new CommandError('error: a resource cannot be retrieved by name across all namespaces\n')
    return pathOf(info, own ?? namespace, name)
  }
  const { flags } = session
  return pathOf(info, namespace) + query({ labelSelector: flags.text('selector'), fieldSelector: flags.text('field-selector'), ...values })
}

function styleOf({ flags }: Session, info: ResourceInfo, wide: boolean, many: boolean): TableStyle {
  return {
    wide,
    headers: !flags.bool('no-headers'),
    withNamespace: flags.bool('all-namespaces') && info.namespaced,
    showLabels: flags.bool('show-labels'),
    labelColumns: flags.list('label-columns'),
    ...(many || flags.bool('show-kind') ? { withKind: typeName(info) } : {}),
  }
}

function sortRows(rows: readonly JsonObject[], path: string): readonly JsonObject[] {
  const keys = new Map(rows.map((row) => [row, evaluatePath(path, row.object ?? null)[0]]))
  return [...rows].sort((a, b) => compare(keys.get(a), keys.get(b)))
}

function compare(a: Json | undefined, b: Json | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1
  if (isNumber(a) && isNumber(b)) return a < b ? -1 : a > b ? 1 : 0
  const [one, other] = [a, b].map((value) => (typeof value === 'string' ? value : jsonText(value, 0)))
  return one! < other! ? -1 : one! > other! ? 1 : 0
}

function unableToFind({ flags }: Session, info: ResourceInfo): string {
  const gvr = `${info.group}/${info.version}, Resource=${info.resource}`
  return `Unable to find "${gvr}" that match label selector "${flags.text('selector') ?? ''}", field selector "${flags.text('field-selector') ?? ''}": `
}
