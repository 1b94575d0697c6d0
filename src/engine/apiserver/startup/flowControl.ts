// FlowSchemas and priority levels: those that are suggested, then those that must be there; and what each FlowSchema's status says of its level.
// Upstream: kubernetes pkg/registry/flowcontrol/{rest/storage_flowcontrol.go,ensurer}, apiserver pkg/apis/flowcontrol/bootstrap/default.go,

import { flowSchema, priorityLevelConfiguration } from '../../api/kinds/flowcontrol'
import type { ApiObject, JsonObject } from '../../api/object'
import { danglingOf, STATUS_MANAGER } from '../flowSchemas'
import { ownObject, type OwnObject } from './ownObject'

const MANAGER = 'api-priority-and-fairness-config-producer-v1'
const MANDATORY = new Set(['exempt', 'catch-all'])

export interface FlowControlObjects {
  readonly flowschemas?: readonly JsonObject[]
  readonly prioritylevelconfigurations?: readonly JsonObject[]
}

/** What is suggested is written first, and a FlowSchema of it that leads to a mandatory level (`probes`) says at first that there is none. */
export function ownFlowControl({ flowschemas = [], prioritylevelconfigurations = [] }: FlowControlObjects): {
  readonly suggested: readonly OwnObject[]
  readonly mandatory: readonly OwnObject[]
} {
  const levels = prioritylevelconfigurations.map((o) => ownObject(priorityLevelConfiguration, o, { manager: MANAGER }))
  const schemas = flowschemas.map((o) =>
    ownObject(flowSchema, o, {
      manager: MANAGER,
      status: { manager: STATUS_MANAGER, condition: (server) => danglingOf(o as ApiObject, server) },
    }),
  )
  const isMandatory = ({ object }: OwnObject) => MANDATORY.has(object.metadata.name ?? '')
  const all = [...levels, ...schemas]
  return { suggested: all.filter((own) => !isMandatory(own)), mandatory: all.filter(isMandatory) }
}
