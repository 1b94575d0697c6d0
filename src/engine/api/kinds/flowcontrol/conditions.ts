// Conditions of flow control: each type once. Upstream: kubernetes pkg/apis/flowcontrol/validation/validation.go

import type { ApiObject } from '../../object'
import { missing, NONE, Path, repeated, seenBefore, type Errors } from '../../validation/rules'

export function validateConditionTypes({ status }: ApiObject): Errors {
  const { conditions = [] } = (status ?? {}) as { readonly conditions?: readonly { readonly type?: string }[] }
  const again = seenBefore()
  return conditions.flatMap(({ type = '' }, i) => {
    const at = Path.root('status').child('conditions').index(i).child('type')
    return [...(again(type) ? repeated(at, type) : NONE), ...(type === '' ? missing(at) : NONE)]
  })
}
