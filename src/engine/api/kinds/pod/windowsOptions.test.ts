import { expect, it } from 'vitest'
import { Path } from '../../validation/rules'
import { validateHostProcess, validateWindowsOptions } from './windowsOptions'
import type { PodSpec } from './types'

it.each([
  ['NT AUTHORITY\\SYSTEM', []],
  ['a\\b\\c', ['runAsUserName cannot contain more than one backslash']],
  ['...', ["runAsUserName's User cannot contain only periods or spaces"]],
  ['.bad\\', ["runAsUserName's Domain doesn't match the NetBios nor the DNS format", "runAsUserName's User cannot be empty"]],
])('a user of Windows is named %j', (runAsUserName, details) => {
  expect(validateWindowsOptions({ runAsUserName }, Path.root()).map((e) => e.detail)).toEqual(details)
})

it('either all containers are processes of the host or none', () => {
  const windowsOptions = { hostProcess: true }
  const containers = [{ name: 'a', securityContext: { windowsOptions } }, { name: 'b' }]
  const fields = (spec: object) => validateHostProcess(spec as PodSpec, Path.root('spec')).map((e) => e.field)
  expect(fields({ containers })).toEqual(['spec', 'spec.hostNetwork'])
  expect(fields({ containers, hostNetwork: true, securityContext: { windowsOptions } })).toEqual([])
})
