// FlowSchema and PriorityLevelConfiguration, flowcontrol.apiserver.k8s.io/v1: how requests would share the server.
// Leaves out: their validation, and the sharing itself (no request ever waits here).
// Upstream: kubernetes pkg/registry/flowcontrol, pkg/apis/flowcontrol/v1

import type { Kind } from '../../kind'
import type { ApiObject, JsonObject } from '../../object'
import { ageColumn, column, nameColumn } from '../columns'
import { keepsStatus, statusDoor } from '../statusDoor'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

types.add({
  FlowSchema: 'apiVersion:s;kind:s;metadata:ObjectMeta+;spec:FlowSchemaSpec+;status:FlowStatus+',
  FlowSchemaSpec:
    'distinguisherMethod:FlowDistinguisherMethod;matchingPrecedence*:i;priorityLevelConfiguration*:PriorityLevelReference+;rules:[]PolicyRulesWithSubjects',
  FlowDistinguisherMethod: 'type*:s',
  PriorityLevelReference: 'name*:s',
  PolicyRulesWithSubjects: 'nonResourceRules:[]NonResourcePolicyRule;resourceRules:[]ResourcePolicyRule;subjects*:[]Subject@flowcontrol',
  NonResourcePolicyRule: 'nonResourceURLs*:[]s{s};verbs*:[]s{s}',
  ResourcePolicyRule: 'apiGroups*:[]s{s};clusterScope:b;namespaces:[]s{s};resources*:[]s{s};verbs*:[]s{s}',
  'Subject@flowcontrol': 'group:NamedSubject;kind*:s;serviceAccount:ServiceAccountSubject;user:NamedSubject',
  NamedSubject: 'name*:s',
  ServiceAccountSubject: 'name*:s;namespace*:s',
  FlowStatus: 'conditions:[]FlowCondition{m=type,p=type}',
  FlowCondition: 'lastTransitionTime:t;message:s;reason:s;status:s;type:s',
  PriorityLevelConfiguration: 'apiVersion:s;kind:s;metadata:ObjectMeta+;spec:PriorityLevelConfigurationSpec+;status:FlowStatus+',
  PriorityLevelConfigurationSpec: 'exempt:PriorityLevelShares;limited:LimitedPriorityLevel;type*:s',
  PriorityLevelShares: 'lendablePercent:i;nominalConcurrencyShares:i',
  LimitedPriorityLevel: 'borrowingLimitPercent:i;lendablePercent:i;limitResponse:LimitResponse+;nominalConcurrencyShares:i',
  LimitResponse: 'queuing:QueuingConfiguration;type*:s',
  QueuingConfiguration: 'handSize:i;queueLengthLimit:i;queues:i',
})

const served = (kind: string, resource: string): Omit<Kind, 'columns'> => ({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind,
  resource,
  singular: kind.toLowerCase(),
  namespaced: false,
  verbs: ALL_VERBS,
  storage: resource,
  schema: types.struct(kind),
  hasGeneration: true,
  ...keepsStatus,
  subresources: { status: statusDoor },
})

const specOf = (object: ApiObject) => (object.spec ?? {}) as JsonObject
const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '<none>')
const limited = (object: ApiObject) => (specOf(object).limited ?? {}) as JsonObject
const queuing = (object: ApiObject) => ((limited(object).limitResponse as JsonObject | undefined)?.queuing ?? {}) as JsonObject

export const flowSchema: Kind = {
  ...served('FlowSchema', 'flowschemas'),
  defaults: (object) => {
    const spec = specOf(object)
    return spec.matchingPrecedence ? object : { ...object, spec: { ...spec, matchingPrecedence: 1000 } }
  },
  columns: [
    nameColumn,
    column('PriorityLevel', 'The name of the priority level that requests of this schema go to', (o) =>
      text((specOf(o).priorityLevelConfiguration as JsonObject | undefined)?.name),
    ),
    column('MatchingPrecedence', 'Which schema is asked first', (o) => Number(specOf(o).matchingPrecedence ?? 0), { type: 'integer' }),
    column('DistinguisherMethod', 'How flows are told apart', (o) => text((specOf(o).distinguisherMethod as JsonObject | undefined)?.type)),
    ageColumn,
    column('MissingPL', 'Whether the priority level is missing', (o) => {
      const conditions = ((o.status as JsonObject | undefined)?.conditions ?? []) as readonly JsonObject[]
      return text(conditions.find((c) => c.type === 'Dangling')?.status ?? '?')
    }),
  ],
}

export const priorityLevelConfiguration: Kind = {
  ...served('PriorityLevelConfiguration', 'prioritylevelconfigurations'),
  columns: [
    nameColumn,
    column('Type', 'Whether requests of this level are limited', (o) => text(specOf(o).type)),
    column('NominalConcurrencyShares', 'Its share of the server', (o) =>
      text(limited(o).nominalConcurrencyShares ?? (specOf(o).exempt as JsonObject | undefined)?.nominalConcurrencyShares),
    ),
    column('Queues', 'How many queues it has', (o) => text(queuing(o).queues)),
    column('HandSize', 'How many queues a flow may take', (o) => text(queuing(o).handSize)),
    column('QueueLengthLimit', 'How many requests may wait in a queue', (o) => text(queuing(o).queueLengthLimit)),
    ageColumn,
  ],
}

export const flowControlKinds: readonly Kind[] = [flowSchema, priorityLevelConfiguration]
