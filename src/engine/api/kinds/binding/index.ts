// Binding, v1: says on which node a Pod goes. Never stored: what it says is written into the Pod.
// Upstream: kubernetes pkg/registry/core/pod/storage (BindingREST), pkg/apis/core/validation (ValidatePodBinding)

import type { Kind } from '../../kind'
import type { ApiObject } from '../../object'
import { missing, NONE, Path, unsupported } from '../../validation/rules'
import { types } from '../types'

export const binding: Kind = {
  group: '',
  version: 'v1',
  kind: 'Binding',
  resource: 'bindings',
  singular: 'binding',
  namespaced: true,
  verbs: ['create'],
  schema: types.struct('Binding'),
  validate: (object: ApiObject) => {
    const { kind = '', name = '' } = (object.target ?? {}) as { kind?: string; name?: string }
    const at = Path.root('target')
    return [
      ...(kind === '' || kind === 'Node' ? NONE : unsupported(at.child('kind'), kind, ['Node', '<empty>'])),
      ...(name === '' ? missing(at.child('name')) : NONE),
    ]
  },
}
