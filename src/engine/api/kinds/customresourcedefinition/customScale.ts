// `…/scale` of a custom resource: its definition says where the replicas and the selector stand.
// Upstream: apiextensions-apiserver pkg/registry/customresource/etcd.go (ScaleREST)

import { isObject, jsonText, own, type Json, type JsonObject } from '../../../base/json'
import type { Subresource } from '../../kind'
import type { ApiObject } from '../../object'
import { goError } from '../../status'
import { nonNegative, NONE, Path, wrong, type Errors } from '../../validation/rules'
import { scaleColumns } from '../scaleDoor'
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
          ? goError(`Internal error occurred: the spec replicas field ${JSON.stringify(specReplicasPath)} does not exist`)
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
      validate: (scale) =>
        nonNegative((scale.spec as { readonly replicas?: number } | undefined)?.replicas, Path.root('spec').child('replicas')),
      columns: scaleColumns,
    },
  }
}

/** What an object must be where its definition says that its replicas stand. */
export function validateScale(object: JsonObject, { specReplicasPath = '', statusReplicasPath = '' }: ScalePaths, status: boolean): Errors {
  return (status ? [statusReplicasPath] : [specReplicasPath, statusReplicasPath]).flatMap((path): Errors => {
    const value = nested(object, path)
    const at = Path.root(path)
    if (value === undefined || value === null) return NONE
    if (typeof value !== 'number')
      return wrong(at, 0, `${path} accessor error: ${jsonText(value)} is of the type ${typeof value}, expected int64`)
    if (value < 0) return wrong(at, value, 'should be a non-negative integer')
    return value > MAX ? wrong(at, value, `should be less than or equal to ${MAX}`) : NONE
  })
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
