import { describe, expect, it } from 'vitest'
import { Path } from '../../validation/rules'
import { validateOs } from './os'
import type { PodSpec } from './types'

const fields = (spec: object) => validateOs({ containers: [], ...spec } as unknown as PodSpec, Path.root('spec')).map((e) => e.field)

describe('settings of the other operating system', () => {
  it('are refused once the Pod names its own', () => {
    const containers = [{ name: 'a', securityContext: { privileged: false, windowsOptions: {} } }]
    expect(fields({ os: { name: 'windows' }, containers, hostPID: false, hostIPC: true })).toEqual([
      'spec.hostIPC',
      'spec.containers[0].securityContext.privileged',
    ])
    expect(fields({ os: { name: 'linux' }, containers })).toEqual(['spec.containers[0].securityContext.windowsOptions'])
    expect(fields({ containers })).toEqual([])
  })
})
