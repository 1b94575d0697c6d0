// What devices a request or a class means: expressions in CEL that say of a device whether it is one.
// Leaves out: what an expression may cost; those that bind names (cel.bind) or ask what a list includes are taken as they are.
// Upstream: kubernetes pkg/apis/resource/validation/validation.go (validateSelector), dynamic-resource-allocation cel/compile.go; v1.37

import { byteLength } from '../../../base/byteLength'
import { compileCel, type CelScope } from '../../cel/check'
import type { JsonObject } from '../../object'
import { missing, NONE, tooLong, wrong, type Errors, type Path } from '../../validation/rules'
import { upTo } from './lists'

export interface Selector extends JsonObject {
  readonly cel?: { readonly expression?: string }
}

const MOST = 32
const LONGEST = 10 * 1024

const DEVICE: CelScope = {
  names: { device: 'kubernetes.DRADevice' },
  structs: {
    'kubernetes.DRADevice': {
      driver: 'string',
      allowMultipleAllocations: 'bool',
      attributes: 'map(string, map(string, dyn))',
      capacity: 'map(string, map(string, kubernetes.Quantity))',
    },
  },
}
const UNCHECKED = /\bcel\.bind\(|\.includes\(/

/** `stored`: they are as they were, and are not read again. */
export const validateSelectors = (selectors: readonly Selector[] | undefined, at: Path, stored = false): Errors =>
  upTo(MOST, selectors, at, ({ cel }, place) =>
    cel ? (stored ? NONE : validateExpression(cel.expression ?? '', place.child('cel', 'expression'))) : missing(place.child('cel')),
  )

function validateExpression(text: string, at: Path): Errors {
  if (byteLength(text) > LONGEST) return tooLong(at, LONGEST)
  if (UNCHECKED.test(text)) return NONE
  const compiled = compileCel(text, DEVICE)
  if ('error' in compiled) return wrong(at, text, `compilation failed: ${compiled.error}`)
  const { type } = compiled
  return type === 'bool' || type === 'dyn' ? NONE : wrong(at, text, `must evaluate to bool or the unknown type, not ${type}`)
}
