import { describe, expect, it } from 'vitest'
import { fieldErrorText } from '../../errors/fieldErrorText'
import { Path } from '../../validation/rules'
import { defaultClaimSpec, validateClaimSpec, type ClaimSpec } from './claim'

const claim = (requests: readonly object[]) => defaultClaimSpec({ devices: { requests } } as ClaimSpec)
const texts = (requests: readonly object[]) => validateClaimSpec(claim(requests), Path.root('spec')).map(fieldErrorText)

describe('what a claim asks for', () => {
  it('is one device unless it says how many', () => {
    expect(claim([{ name: 'a', exactly: { deviceClassName: 'c' } }]).devices?.requests).toEqual([
      { name: 'a', exactly: { deviceClassName: 'c', allocationMode: 'ExactCount', count: 1 } },
    ])
  })
  it('is said exactly, or as the first of several', () => {
    expect(texts([{ name: 'a' }])).toEqual([
      'spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required',
    ])
    expect(texts([{ name: 'a', exactly: { deviceClassName: 'c', allocationMode: 'All', count: 2 } }])).toEqual([
      "spec.devices.requests[0].exactly.count: Invalid value: 2: must not be specified when allocationMode is 'All'",
    ])
    expect(texts([{ name: 'a', firstAvailable: [{ name: 'b', deviceClassName: 'c', selectors: [{}] }] }])).toEqual([
      'spec.devices.requests[0].firstAvailable[0].selectors[0].cel: Required value',
    ])
  })
})
