// FlowSchema and PriorityLevelConfiguration, flowcontrol.apiserver.k8s.io/v1: how requests would share the server.
// Leaves out: the sharing itself (no request ever waits here).
// Upstream: kubernetes pkg/registry/flowcontrol, pkg/apis/flowcontrol/v1

import type { Kind } from '../../kind'
import { specOf, type ApiObject, type JsonObject } from '../../object'
import { ageColumn, column, nameColumn } from '../columns'
import { keepsStatus, statusOnlySubresource } from '../statusSubresource'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import { validateConditionTypes } from './conditions'
import { defaultLevel, validateLevel } from './level'
import { validateFlowSchema } from './schema'

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
  subresources: { status: { ...statusOnlySubresource, validateUpdate: validateConditionTypes } },
})

const orNone = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? value : '<none>')
const limited = (object: ApiObject) => (specOf(object).limited ?? {}) as JsonObject
const queuing = (object: ApiObject) => ((limited(object).limitResponse as JsonObject | undefined)?.queuing ?? {}) as JsonObject

const precedence = (object: ApiObject) => Number(specOf(object).matchingPrecedence ?? 0)
const nameOf = ({ metadata }: ApiObject) => metadata.name ?? ''

export const flowSchema: Kind = {
  ...served('FlowSchema', 'flowschemas'),
  rowOrder: (a, b) => precedence(a) - precedence(b) || (nameOf(a) < nameOf(b) ? -1 : 1),
  validate: validateFlowSchema,
  validateUpdate: validateFlowSchema,
  defaults: (object) => {
    const spec = specOf(object)
    return spec.matchingPrecedence ? object : { ...object, spec: { ...spec, matchingPrecedence: 1000 } }
  },
  columns: [
    nameColumn,
    column('PriorityLevel', '`name` is the name of the priority level configuration being referenced Required.', (o) =>
      orNone((specOf(o).priorityLevelConfiguration as JsonObject | undefined)?.name),
    ),
    column(
      'MatchingPrecedence',
      '`matchingPrecedence` is used to choose among the FlowSchemas that match a given request. The chosen FlowSchema is among those with the numerically lowest (which we take to be logically highest) MatchingPrecedence.  Each MatchingPrecedence value must be ranged in [1,10000]. Note that if the precedence is not specified, it will be set to 1000 as default.',
      precedence,
    ),
    column(
      'DistinguisherMethod',
      '`distinguisherMethod` defines how to compute the flow distinguisher for requests that match this schema. `nil` specifies that the distinguisher is disabled and thus will always be the empty string.',
      (o) => orNone((specOf(o).distinguisherMethod as JsonObject | undefined)?.type),
    ),
    ageColumn,
    column('MissingPL', 'references a broken or non-existent PriorityLevelConfiguration', (o) => {
      const conditions = ((o.status as JsonObject | undefined)?.conditions ?? []) as readonly JsonObject[]
      return orNone(conditions.find((c) => c.type === 'Dangling')?.status ?? '?')
    }),
  ],
}

export const priorityLevelConfiguration: Kind = {
  ...served('PriorityLevelConfiguration', 'prioritylevelconfigurations'),
  defaults: defaultLevel,
  validate: validateLevel,
  validateUpdate: validateLevel,
  columns: [
    nameColumn,
    column(
      'Type',
      '`type` indicates whether this priority level is subject to limitation on request execution.  A value of `"Exempt"` means that requests of this priority level are not subject to a limit (and thus are never queued) and do not detract from the capacity made available to other priority levels.  A value of `"Limited"` means that (a) requests of this priority level _are_ subject to limits and (b) some of the server\'s limited capacity is made available exclusively to this priority level. Required.',
      (o) => orNone(specOf(o).type),
    ),
    column(
      'NominalConcurrencyShares',
      '`nominalConcurrencyShares` (NCS) contributes to the computation of the NominalConcurrencyLimit (NominalCL) of this level. This is the number of execution seats available at this priority level. This is used both for requests dispatched from this priority level as well as requests dispatched from other priority levels borrowing seats from this level. The server\'s concurrency limit (ServerCL) is divided among the Limited priority levels in proportion to their NCS values:\n\nNominalCL(i)  = ceil( ServerCL * NCS(i) / sum_ncs ) sum_ncs = sum[priority level k] NCS(k)\n\nBigger numbers mean a larger nominal concurrency limit, at the expense of every other priority level.\n\nIf not specified, this field defaults to a value of 30.\n\nSetting this field to zero supports the construction of a "jail" for this priority level that is used to hold some request(s)',
      (o) => orNone(limited(o).nominalConcurrencyShares),
    ),
    column(
      'Queues',
      '`queues` is the number of queues for this priority level. The queues exist independently at each apiserver. The value must be positive.  Setting it to 1 effectively precludes shufflesharding and thus makes the distinguisher method of associated flow schemas irrelevant.  This field has a default value of 64.',
      (o) => orNone(queuing(o).queues),
    ),
    column(
      'HandSize',
      "`handSize` is a small positive number that configures the shuffle sharding of requests into queues.  When enqueuing a request at this priority level the request's flow identifier (a string pair) is hashed and the hash value is used to shuffle the list of queues and deal a hand of the size specified here.  The request is put into one of the shortest queues in that hand. `handSize` must be no larger than `queues`, and should be significantly smaller (so that a few heavy flows do not saturate most of the queues).  See the user-facing documentation for more extensive guidance on setting this field.  This field has a default value of 8.",
      (o) => orNone(queuing(o).handSize),
    ),
    column(
      'QueueLengthLimit',
      '`queueLengthLimit` is the maximum number of requests allowed to be waiting in a given queue of this priority level at a time; excess requests are rejected.  This value must be positive.  If not specified, it will be defaulted to 50.',
      (o) => orNone(queuing(o).queueLengthLimit),
    ),
    ageColumn,
  ],
}

export const flowControlKinds: readonly Kind[] = [flowSchema, priorityLevelConfiguration]
