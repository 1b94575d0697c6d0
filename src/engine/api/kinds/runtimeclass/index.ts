// RuntimeClass, node.k8s.io/v1.
// Upstream: kubernetes pkg/registry/node/runtimeclass, pkg/apis/node/validation

import { equalJson } from '../../../base/equal'
import { sortedJson } from '../../go/goValue'
import type { Kind } from '../../kind'
import type { ApiObject, JsonObject } from '../../object'
import { dnsLabelErrors } from '../../validation/names'
import { validateLabels } from '../../validation/objectMeta'
import { missing, named, NONE, Path, repeated, seenBefore, wrong, type Errors } from '../../validation/rules'
import { ageColumn, column, nameColumn } from '../columns'
import { labelWarnings } from '../nodeLabels'
import { validateResources } from '../pod/resources'
import type { Toleration } from '../pod/types'
import { validateToleration } from '../pod/validation'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export interface RuntimeClass extends ApiObject {
  readonly handler?: string
  readonly overhead?: { readonly podFixed?: Readonly<Record<string, string>> }
  readonly scheduling?: { readonly nodeSelector?: Readonly<Record<string, string>>; readonly tolerations?: readonly JsonObject[] }
}

const handlerOf = (object: ApiObject) => (object as RuntimeClass).handler ?? ''

function validate(object: ApiObject): Errors {
  const { overhead, scheduling } = object as RuntimeClass
  const at = Path.root('scheduling')
  const handler = Path.root('handler')
  return [
    ...(overhead ? validateResources({ limits: overhead.podFixed }, Path.root('overhead')) : NONE),
    ...(scheduling
      ? [...validateLabels(scheduling.nodeSelector, at.child('nodeSelector')), ...tolerations(scheduling.tolerations, at)]
      : NONE),
    // Upstream's declared rules are asked last.
    ...(handlerOf(object) === '' ? missing(handler) : named(handlerOf(object), handler, dnsLabelErrors)),
  ]
}

/** Each by the rules of a Pod's, and none twice. */
function tolerations(list: readonly JsonObject[] = [], scheduling: Path): Errors {
  const at = scheduling.child('tolerations')
  const again = seenBefore()
  return list.flatMap((toleration, i) => {
    const text = sortedJson(toleration)
    return [
      ...validateToleration(toleration as Toleration, at.index(i)),
      ...(again(text) ? repeated(at.index(i), internal(toleration)) : NONE),
    ]
  })
}

/** A bad value is shown as upstream's internal type, with the names that Go gives its fields. */
const internal = ({ key, operator, value, effect, tolerationSeconds }: JsonObject): JsonObject => ({
  Key: key ?? '',
  Operator: operator ?? '',
  Value: value ?? '',
  Effect: effect ?? '',
  TolerationSeconds: tolerationSeconds ?? null,
})

export const runtimeClass: Kind = {
  group: 'node.k8s.io',
  version: 'v1',
  kind: 'RuntimeClass',
  resource: 'runtimeclasses',
  singular: 'runtimeclass',
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'runtimeclasses',
  schema: types.struct('RuntimeClass'),
  anyFinalizer: true,
  allowUnconditionalUpdate: false,
  allowCreateOnUpdate: true,
  validate,
  warnings: (object) => {
    const at = Path.root('scheduling').child('nodeSelector')
    return Object.keys((object as RuntimeClass).scheduling?.nodeSelector ?? {}).flatMap((key) => labelWarnings(key, at))
  },
  validateUpdate: (object, old) =>
    equalJson(object.handler, old.handler) ? NONE : wrong(Path.root('handler'), null, 'field is immutable'),
  columns: [nameColumn, column('Handler', '', handlerOf), ageColumn],
}
