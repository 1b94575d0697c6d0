// Versions that sort by their parts: semver('1.10.0').isGreaterThan(semver('1.9.0')).
// Upstream: apiserver pkg/cel/library/semverlib.go, github.com/blang/semver/v4

import { CelSemver, type CelValue, type Implementation } from './expression'
import { CelError, noOverload, textArgument } from './values'

const FORM = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?$/

const version = (value: CelValue | undefined): CelSemver => (value instanceof CelSemver ? value : noOverload())

/** `v1.2` is taken for 1.2.0 where it may be. */
function normalized(text: string): string {
  const [head = '', ...rest] = text.replace(/^v/, '').split(/(?=[-+])/)
  const parts = head.split('.').map((part) => part.replace(/^0+(?=\d)/, ''))
  while (parts.length < 3) parts.push('0')
  return parts.join('.') + rest.join('')
}

function made(value: CelValue | undefined, normalize: CelValue | undefined): CelSemver | null {
  const text = textArgument(value)
  const found = FORM.exec(normalize === true ? normalized(text) : text)
  if (!found) return null
  const [, major, minor, patch, before = ''] = found
  return new CelSemver([Number(major), Number(minor), Number(patch)], before === '' ? [] : before.split('.'))
}

export const semverFunctions: Readonly<Record<string, Implementation>> = {
  semver: (a, normalize) => made(a, normalize) ?? unreadable(),
  isSemver: (a, normalize) => made(a, normalize) !== null,
  major: (a) => version(a).parts[0]!,
  minor: (a) => version(a).parts[1]!,
  patch: (a) => version(a).parts[2]!,
}

function unreadable(): never {
  throw new CelError('No Major.Minor.Patch elements found')
}
