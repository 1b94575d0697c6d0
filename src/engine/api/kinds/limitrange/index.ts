// LimitRange, v1: defaults and bounds of what containers ask for in a namespace (enforced by admission).
// Upstream: kubernetes pkg/registry/core/limitrange

import type { Kind } from '../../kind'
import { createdColumn, nameColumn } from '../columns'
import { validateLimitRange } from './validation'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

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
  validate: validateLimitRange,
  validateUpdate: validateLimitRange,
  columns: [nameColumn, createdColumn],
}
