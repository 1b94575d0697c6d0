// A ConfigMap or Secret that says that it is immutable: it stays so, and its data stay.
// Upstream: kubernetes pkg/apis/core/validation (ValidateConfigMapUpdate, ValidateSecretUpdate)

import { equalJson } from '../../../base/equal'
import type { ApiObject } from '../../object'
import { NONE, notAllowed, Path, type Errors } from '../../validation/rules'

export function immutableErrors(object: ApiObject, old: ApiObject, fields: readonly string[]): Errors {
  if (!old.immutable) return NONE
  const frozen = (name: string) => notAllowed(Path.root(name), 'field is immutable when `immutable` is set')
  return [
    ...(object.immutable ? NONE : frozen('immutable')),
    ...fields.flatMap((name) => (equalJson(object[name], old[name]) ? NONE : frozen(name))),
  ]
}
