import { expect, it } from 'vitest'
import { fieldErrorText } from '../../errors/fieldErrorText'
import { Path } from '../../validation/rules'
import { defaultClaimSpec, validateClaimSpec, type ClaimSpec } from './claim'
import { validateSelectors } from './selectors'

const selected = (expression: string, stored = false) =>
  validateSelectors([{ cel: { expression } }], Path.root('selectors'), stored).map(fieldErrorText)
const texts = (devices: object) =>
  validateClaimSpec(defaultClaimSpec({ devices } as unknown as ClaimSpec), Path.root('spec')).map(fieldErrorText)

it.each([
  "device.driver == 'gpu.example.com' && device.attributes['gpu.example.com'].model.startsWith('a')",
  "device.capacity['gpu.example.com'].memory.compareTo(quantity('1Gi')) >= 0",
  "cel.bind(gpu, device.attributes['gpu.example.com'], gpu.fast)",
  "device.attributes['gpu.example.com'].fast",
])('a selector may say %s', (expression) => {
  expect(selected(expression)).toEqual([])
})

it.each([
  [
    'device.diver == ""',
    /^selectors\[0\]\.cel\.expression: Invalid value: .*compilation failed: ERROR: <input>:1:7: undefined field 'diver'/s,
  ],
  ['1 + 1', /: must evaluate to bool or the unknown type, not int$/],
  [`'${'x'.repeat(11_000)}' == ''`, /: Too long: may not be more than 10240 bytes$/],
])('but not %s', (expression, wanted) => {
  expect(selected(expression)[0]).toMatch(wanted)
})

it('what is stored is not read again', () => {
  expect(selected('device.diver == ""', true)).toEqual([])
})

const request = (name: string) => ({ name, exactly: { deviceClassName: 'c' } })

it('constraints and configurations name requests of their claim, and attributes by domain and name', () => {
  const either = { name: 'b', firstAvailable: [{ name: 'large', deviceClassName: 'c' }] }
  const requests = [request('a'), either]
  const opaque = { driver: 'd.example', parameters: { a: 2n ** 60n } }
  expect(
    texts({
      requests,
      constraints: [{ requests: ['a', 'b/large'], matchAttribute: 'd.example/slot' }],
      config: [{ requests: ['b'], opaque }],
    }),
  ).toEqual([])
  expect(
    texts({
      requests,
      constraints: [{ requests: ['b/small', 'a', 'a'], matchAttribute: 'slot' }, {}],
      config: [{ opaque: { ...opaque, parameters: [] } }, {}],
    }),
  ).toEqual([
    'spec.devices.constraints[0].requests[0]: Invalid value: "b/small": must be the name of a request in the claim or the name of a request and a subrequest separated by \'/\'',
    'spec.devices.constraints[0].requests[2]: Duplicate value: "a"',
    'spec.devices.constraints[0].matchAttribute: Invalid value: "slot": a fully qualified name must be a domain and a name separated by a slash',
    'spec.devices.constraints[1]: Required value: exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set',
    'spec.devices.config[0].opaque.parameters: Invalid value: "<value omitted>": must be a valid JSON object',
    'spec.devices.config[1].opaque: Required value',
  ])
})

it('there are at most 32 requests, each with a name of its own', () => {
  expect(texts({ requests: Array.from({ length: 33 }, (_, i) => request(`r${i}`)) })).toEqual([
    'spec.devices.requests: Too many: 33: must have at most 32 items',
  ])
  expect(texts({ requests: [request('a'), request('a')] })).toEqual(['spec.devices.requests[1]: Duplicate value: "a"'])
})
