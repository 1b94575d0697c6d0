// LimitRange, v1: defaults and bounds of what containers ask for in a namespace (enforced by admission).
// Upstream: kubernetes pkg/registry/core/limitrange

import type { Kind } from '../../kind'
import type { ApiObject } from '../../object'
import { createdColumn, nameColumn } from '../columns'
import { validateLimitRange, type Limit } from './validation'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

/** For containers a limit that is not given is the maximum, a request the limit, else the minimum. */
function withDefaults(object: ApiObject): ApiObject {
  const { limits } = (object.spec ?? {}) as { limits?: readonly Limit[] }
  if (!limits?.some((l) => l.type === 'Container')) return object
  const filled = limits.map((limit) => {
    if (limit.type !== 'Container') return limit
    const usual = { ...limit.max, ...limit.default }
    const asked = { ...limit.min, ...usual, ...limit.defaultRequest }
    const some = (name: string, list: Readonly<Record<string, string>>) => (Object.keys(list).length > 0 ? { [name]: list } : {})
    return { ...limit, ...some('default', usual), ...some('defaultRequest', asked) }
  })
  return { ...object, spec: { limits: filled } }
}

export const limitRange: Kind = {
  group: '',
  version: 'v1',
  kind: 'LimitRange',
  resource: 'limitranges',
  singular: 'limitrange',
  shortNames: ['limits'],
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'limitranges',
  schema: types.struct('LimitRange'),
  allowCreateOnUpdate: true,
  defaults: withDefaults,
  validate: validateLimitRange,
  validateUpdate: validateLimitRange,
  columns: [nameColumn, createdColumn],
}
