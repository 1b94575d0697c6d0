// What a StorageClass or VolumeAttributesClass must be. Upstream: kubernetes pkg/apis/storage/validation (validateProvisioner, validateParameters …)

import { equalJson } from '../../../base/equal'
import type { ApiObject, JsonObject } from '../../object'
import { labelKeyErrors } from '../../validation/labels'
import {
  each,
  missing,
  named,
  NONE,
  oneOf,
  Path,
  repeated,
  required,
  seenBefore,
  tooLong,
  wrong,
  type Errors,
} from '../../validation/rules'
import { labelWarnings } from '../nodeLabels'

const POLICIES = ['Delete', 'Retain']
const MODES = ['Immediate', 'WaitForFirstConsumer']
const MOST_PARAMETERS = 512
const LARGEST_PARAMETERS = 256 * 1024
const IMMUTABLE = ['provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode']

interface Topology extends JsonObject {
  readonly matchLabelExpressions?: readonly { readonly key?: string; readonly values?: readonly string[] }[]
}

export function validateStorageClass(object: ApiObject): Errors {
  const { provisioner, reclaimPolicy, volumeBindingMode, allowedTopologies } = object
  return [
    ...validateProvisioner(provisioner, Path.root('provisioner')),
    ...validateParameters(object.parameters as Parameters, Path.root('parameters')),
    ...(reclaimPolicy === '' ? NONE : oneOf(reclaimPolicy as string | undefined, POLICIES, Path.root('reclaimPolicy'))),
    ...oneOf(volumeBindingMode as string | undefined, MODES, Path.root('volumeBindingMode')),
    ...topologies(allowedTopologies as readonly Topology[] | undefined, Path.root('allowedTopologies')),
    // Upstream's declared rules are asked last.
    ...required(provisioner, Path.root('provisioner')),
  ]
}

export function validateStorageClassUpdate(object: ApiObject, old: ApiObject): Errors {
  return [
    ...validateStorageClass(object),
    ...IMMUTABLE.flatMap((field) => (equalJson(object[field], old[field]) ? NONE : wrong(Path.root(field), null, 'field is immutable'))),
  ]
}

type Parameters = Readonly<Record<string, string>> | undefined

/** An empty one is another rule's. */
export const validateProvisioner = (name: unknown, at: Path): Errors =>
  name ? named(String(name).toLowerCase(), at, labelKeyErrors) : NONE

export function validateParameters(parameters: Parameters, at: Path): Errors {
  const entries = Object.entries(parameters ?? {})
  if (entries.length > MOST_PARAMETERS) return tooLong(at, MOST_PARAMETERS)
  const size = entries.reduce((sum, [key, value]) => sum + key.length + value.length, 0)
  return [
    ...(entries.some(([key]) => key === '') ? wrong(at, '', 'field can not be empty.') : NONE),
    ...(size > LARGEST_PARAMETERS ? tooLong(at, LARGEST_PARAMETERS) : NONE),
  ]
}

function topologies(terms: readonly Topology[] | undefined, at: Path): Errors {
  const hasTerm = seenBefore()
  return each(terms, at, ({ matchLabelExpressions = [] }, place) => {
    const expressions = place.child('matchLabelExpressions')
    const wanted = new Map<string, string>()
    const errors = each(matchLabelExpressions, expressions, ({ key = '', values = [] }, p) => {
      const again = wanted.has(key)
      const twice = seenBefore()
      wanted.set(key, JSON.stringify([...new Set(values)].sort()))
      return [
        ...(values.length === 0 ? missing(p.child('values')) : NONE),
        ...values.flatMap((value, i) => (twice(value) ? repeated(p.child('values').index(i), value) : NONE)),
        ...named(key, p.child('key'), labelKeyErrors),
        ...(again ? repeated(p.child('key'), key) : NONE),
      ]
    })
    // Upstream compares with as many empty terms as there are terms, too.
    const again = wanted.size === 0 || hasTerm(JSON.stringify([...wanted].sort()))
    return [...errors, ...(again ? repeated(expressions, '') : NONE)]
  })
}

export function topologyWarnings({ allowedTopologies }: ApiObject): readonly string[] {
  const at = Path.root('allowedTopologies')
  return ((allowedTopologies ?? []) as readonly Topology[]).flatMap(({ matchLabelExpressions = [] }, i) =>
    matchLabelExpressions.flatMap(({ key = '' }, k) =>
      labelWarnings(key, at.index(i).child('matchLabelExpressions').index(k).child('key')),
    ),
  )
}
