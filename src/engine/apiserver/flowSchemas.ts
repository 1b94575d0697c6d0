// What the status of each FlowSchema says of its priority level: whether there is one of that name. Written through the server's own front
// door whenever FlowSchemas or levels change.
// Leaves out: that one FlowSchema is written at most six times a minute.
// Upstream: apiserver pkg/util/flowcontrol/apf_controller.go (presyncFlowSchemaStatus, digestConfigObjects), v1.37

import { goQuote } from '../api/go/goQuote'
import { flowSchema } from '../api/kinds/flowcontrol'
import { groupVersion, type ApiObject, type JsonObject } from '../api/object'
import type { AskSelf } from './loopback'
import { APPLY_PATCH } from './options'
import type { ServerState } from './serverState'

/** Whoever applies these statuses. */
export const STATUS_MANAGER = 'api-priority-and-fairness-config-consumer-v1'
const APPLY = `fieldManager=${STATUS_MANAGER}&force=true`
/** Milliseconds. */
const RETRY = 1000

export interface Dangling extends JsonObject {
  readonly type: 'Dangling'
  readonly status: 'True' | 'False'
  readonly reason: string
  readonly message: string
}

/** What is to be said of a FlowSchema, but for the time. */
export function danglingOf({ spec }: ApiObject, server: ServerState): Dangling {
  const { name } = (spec as { readonly priorityLevelConfiguration: { readonly name: string } }).priorityLevelConfiguration
  const isThere = server.cached('prioritylevelconfigurations', '', name) !== undefined
  const message = `This FlowSchema references the PriorityLevelConfiguration object named ${goQuote(name)} ${isThere ? 'and it exists' : 'but there is no such object'}`
  return { type: 'Dangling', status: isThere ? 'False' : 'True', reason: isThere ? 'Found' : 'NotFound', message }
}

export class FlowSchemas {
  /** Names of those whose status is on its way. */
  private readonly writing = new Set<string>()

  constructor(
    private readonly server: ServerState,
    private readonly ask: AskSelf,
  ) {}

  /** Looks at all of them: one of them or a priority level has changed. */
  sync(): void {
    for (const schema of this.server.cache('flowschemas').list('')) this.look(schema)
  }

  private look(schema: ApiObject): void {
    const { name = '' } = schema.metadata
    const condition = danglingOf(schema, this.server)
    if (this.writing.has(name) || saysSo(schema, condition)) return
    this.writing.add(name)
    const { group, version, kind } = flowSchema
    const apiVersion = groupVersion(group, version)
    const conditions = [{ ...condition, lastTransitionTime: this.server.nowText }]
    const body = { kind, apiVersion, metadata: { name }, status: { conditions } }
    const path = `/apis/${apiVersion}/flowschemas/${name}/status?${APPLY}`
    this.ask({ method: 'PATCH', path, body, headers: { 'content-type': APPLY_PATCH } }, (status) => {
      this.writing.delete(name)
      // One that is gone meanwhile needs no status; any other is looked at again.
      if (status === 200) this.sync()
      else if (status !== 404) this.server.io.after(RETRY, () => this.sync(), { background: true })
    })
  }
}

function saysSo({ status }: ApiObject, { type, ...said }: Dangling): boolean {
  const { conditions = [] } = (status ?? {}) as { readonly conditions?: readonly JsonObject[] }
  const there = conditions.find((c) => c.type === type)
  return there !== undefined && Object.entries(said).every(([field, value]) => there[field] === value)
}
