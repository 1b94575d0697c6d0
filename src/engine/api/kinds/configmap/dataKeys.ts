// Keys of ConfigMaps and Secrets: they become file names.
// Upstream: apimachinery pkg/util/validation (IsConfigMapKey)

import { regexError } from '../../validation/names'
import { named, type Errors, type Path } from '../../validation/rules'

const KEY = '[-._a-zA-Z0-9]+'
const pattern = new RegExp(`^${KEY}$`)
const TEXT = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"

export function dataKeyErrors(key: string, at: Path): Errors {
  return named(key, at.key(key), (k) => [
    ...(k.length > 253 ? ['must be no more than 253 characters'] : []),
    ...(pattern.test(k) ? [] : [regexError(TEXT, KEY, ['key.name', 'KEY_NAME', 'key-name'])]),
    ...(k === '.' ? ["must not be '.'"] : k === '..' ? ["must not be '..'"] : k.startsWith('..') ? ["must not start with '..'"] : []),
  ])
}
