// `…/scale` of a custom resource: its definition says where the replicas and the selector stand.
// Upstream: apiextensions-apiserver pkg/registry/customresource/etcd.go (ScaleREST)

import { isObject, own, type Json, type JsonObject } from '../../../base/json'
import { goQuote } from '../../go/goQuote'
import { goMap, goTypeOf } from '../../go/goValue'
import type { Subresource } from '../../kind'
import type { ApiObject } from '../../object'
import { internalError } from '../../errors/status'
import { NONE, Path, wrong, type Errors } from '../../validation/rules'
import { scaleColumns } from '../scaleSubresource'
import { types } from '../types'
import type { CrdSubresources } from './types'

type ScalePaths = NonNullable<CrdSubresources['scale']>

const MAX = 2147483647

export function customScale({ specReplicasPath = '', statusReplicasPath = '', labelSelectorPath = '' }: ScalePaths): Subresource {
  return {
    verbs: ['get', 'patch', 'update'],
    kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
    schema: types.struct('Scale'),
    view: {
      unseen: (parent) =>
        nested(parent, specReplicasPath) === undefined
          ? internalError(`the spec replicas field ${goQuote(specReplicasPath)} does not exist`)
          : null,
      fromParent: (parent) => {
        const { name, namespace, uid, resourceVersion, creationTimestamp } = parent.metadata
        const [wanted, have] = [nested(parent, specReplicasPath), nested(parent, statusReplicasPath)]
        const selector = labelSelectorPath === '' ? undefined : nested(parent, labelSelectorPath)
        return {
          kind: 'Scale',
          apiVersion: 'autoscaling/v1',
          metadata: { name, ...(namespace ? { namespace } : {}), uid, resourceVersion, creationTimestamp },
          spec: typeof wanted === 'number' && wanted !== 0 ? { replicas: wanted } : {},
          status: {
            replicas: typeof have === 'number' ? have : 0,
            ...(typeof selector === 'string' && selector !== '' ? { selector } : {}),
          },
        }
      },
      replicas: stepsOf(specReplicasPath),
      toParent: (scale, parent) => ({
        ...(withNested(
          parent,
          stepsOf(specReplicasPath),
          (scale.spec as { readonly replicas?: number } | undefined)?.replicas ?? 0,
        ) as ApiObject),
        metadata: { ...parent.metadata, ...(scale.metadata.managedFields ? { managedFields: scale.metadata.managedFields } : {}) },
      }),
      // The parent is judged as it will be.
      validate: () => NONE,
      columns: scaleColumns,
    },
  }
}

/** What an object must be where its definition says that its replicas stand. */
export function validateScale(object: JsonObject, scale: ScalePaths, status: boolean): Errors {
  const { specReplicasPath = '', statusReplicasPath = '', labelSelectorPath = '' } = scale
  const replicas = (status ? [statusReplicasPath] : [specReplicasPath, statusReplicasPath]).flatMap((path): Errors => {
    const value = accessed(object, stepsOf(path), 'int64')
    const at = Path.root(path)
    if (value === undefined) return NONE
    if (typeof value === 'string') return wrong(at, 0, value)
    if (value < 0) return wrong(at, value, 'should be a non-negative integer')
    return value > MAX ? wrong(at, value, `should be less than or equal to ${MAX}`) : NONE
  })
  const problem = labelSelectorPath === '' ? undefined : accessed(object, stepsOf(labelSelectorPath), 'string')
  return problem === undefined ? replicas : [...replicas, ...wrong(Path.root(labelSelectorPath), '', String(problem))]
}

/** The number that stands there, or what is wrong on the way to a value of that type; undefined where there is nothing to say. */
function accessed(object: JsonObject, steps: readonly string[], type: 'int64' | 'string'): number | string | undefined {
  const problem = (value: Json, depth: number, expected: string) =>
    `.${steps.slice(0, depth).join('.')} accessor error: ${goMap(value)} is of the type ${value === null ? '<nil>' : goTypeOf(value)}, expected ${expected}`
  let value: Json = object
  for (const [i, step] of steps.entries()) {
    if (value === null) return undefined
    if (!isObject(value)) return problem(value, i + 1, 'map[string]interface{}')
    const next: Json | undefined = own(value, step)
    if (next === undefined) return undefined
    value = next
  }
  if (value === null || goTypeOf(value) !== type) return problem(value, steps.length, type)
  return typeof value === 'number' ? value : undefined
}

const stepsOf = (path: string) => path.replace(/^\./, '').split('.')

function nested(object: Json, path: string): Json | undefined {
  return stepsOf(path).reduce<Json | undefined>((value, step) => (isObject(value) ? own(value, step) : undefined), object)
}

function withNested(value: Json | undefined, [step, ...rest]: readonly string[], leaf: Json): Json {
  if (step === undefined) return leaf
  const inner = isObject(value) ? value : {}
  return { ...inner, [step]: withNested(inner[step], rest, leaf) }
}
