import { expect, test } from 'vitest'
import type { Json } from '../../base/json'
import { convertObject, decodeObject } from './decode'
import { types } from '../kinds/types'

const pod = types.struct('Pod')
const error = (decoded: ReturnType<typeof decodeObject>) => ('error' in decoded ? decoded.error : 'none')
const container = (fields: Record<string, Json>) => ({ spec: { containers: [fields] } })

test.each([
  [container({ imagePullPolicy: 5 }), 'number into Go struct field Container.spec.containers.imagePullPolicy of type v1.PullPolicy'],
  [
    container({ resources: { limits: 5 } }),
    'number into Go struct field ResourceRequirements.spec.containers.resources.limits of type v1.ResourceList',
  ],
  [
    container({ securityContext: { capabilities: { add: 'x' } } }),
    'string into Go struct field Capabilities.spec.containers.securityContext.capabilities.add of type []v1.Capability',
  ],
  [
    container({ livenessProbe: { httpGet: { port: true } } }),
    'bool into Go struct field HTTPGetAction.spec.containers.livenessProbe.ProbeHandler.httpGet.port of type int32',
  ],
  [
    container({ ports: [{ containerPort: 1.5 }] }),
    'number 1.5 into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32',
  ],
])('a wrong type is told with the name that Go has for it: %j', (value, wanted) => {
  expect(error(decodeObject(pod, value))).toBe(`json: cannot unmarshal ${wanted}`)
})

test.each<[Record<string, Json>, string]>([
  [{ spec: 5 }, 'cannot restore struct from: int64'],
  [{ spec: { containers: 'x' } }, 'cannot restore slice from string'],
  [{ spec: { nodeSelector: [] } }, 'cannot restore map from slice'],
  [{ spec: { restartPolicy: 5 } }, 'cannot convert int64 to v1.RestartPolicy'],
  [{ spec: { hostname: true } }, 'unrecognized type: string'],
  [{ spec: { hostNetwork: 'yes' } }, 'unrecognized type: bool'],
  [{ spec: { terminationGracePeriodSeconds: 1.5 } }, 'cannot convert float64 to int64'],
  [{ spec: { terminationGracePeriodSeconds: '1' } }, 'unrecognized type: int64'],
  [container({ livenessProbe: { httpGet: { port: [] } } }), 'json: cannot unmarshal array into Go value of type int32'],
])('a map that becomes a struct has other words: %j', (value, wanted) => {
  expect(error(convertObject(pod, value))).toBe(wanted)
})

test('unknown fields of a map come by their names', () => {
  const { unknown } = convertObject(pod, { z: 1, spec: { q: 1, b: 2 } }) as { unknown: readonly string[] }
  expect(unknown).toEqual(['unknown field "spec.b"', 'unknown field "spec.q"', 'unknown field "z"'])
})

const quantity = (cpu: Json) => error(decodeObject(pod, container({ resources: { limits: { cpu } } })))
const REGEX = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

test.each<[Json, string]>([
  ['1gb', REGEX],
  ['', REGEX],
  [true, REGEX],
  ['1mi', "unable to parse quantity's suffix"],
  ['1Ki5', "unable to parse quantity's suffix"],
  ['1e3', 'none'],
  ['.5', 'none'],
])('quantity %j', (value, wanted) => {
  expect(quantity(value)).toBe(wanted)
})

const time = (creationTimestamp: string) => error(decodeObject(pod, { metadata: { creationTimestamp } }))

test.each([
  ['2026-01-15T10:00:00Z', 'none'],
  ['2026-01-15T10:00:00.5+02:00', 'none'],
  ['yesterday', 'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"'],
  ['2026-01-15', 'parsing time "2026-01-15" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"'],
  ['2026-13-15T10:00:00Z', 'parsing time "2026-13-15T10:00:00Z": month out of range'],
  ['2026-02-30T10:00:00Z', 'parsing time "2026-02-30T10:00:00Z": day out of range'],
])('time %s', (text, wanted) => {
  expect(time(text)).toBe(wanted)
})

test.each([
  ['aGk=', 'none'],
  ['not base64!', 'illegal base64 data at input byte 3'],
  ['aGk', 'illegal base64 data at input byte 0'],
  ['aGkx=', 'illegal base64 data at input byte 4'],
  ['aGk=x', 'illegal base64 data at input byte 4'],
])('base64 %s', (text, wanted) => {
  expect(error(decodeObject(types.struct('Secret'), { data: { a: text } }))).toBe(wanted)
})

test('a zero that was sent is kept behind a pointer, and is as good as absent otherwise', () => {
  const spec = {
    hostNetwork: false,
    automountServiceAccountToken: false,
    containers: [{ name: 'web', stdin: false, env: [{ name: 'A', value: '' }], securityContext: { privileged: false } }],
  }
  const kept = {
    automountServiceAccountToken: false,
    containers: [{ name: 'web', env: [{ name: 'A' }], resources: {}, securityContext: { privileged: false } }],
  }
  for (const read of [decodeObject, convertObject]) {
    const { object } = read(pod, { spec }) as { object: { spec?: Json } }
    expect(object.spec).toEqual(kept)
  }
})

test.each<[Json, string]>([
  [5, 'number into Go struct field SubjectAccessReviewSpec.spec.extra of type map[string]v1.ExtraValue'],
  [{ a: 'x' }, 'string into Go struct field SubjectAccessReviewSpec.spec.extra of type v1.ExtraValue'],
  [{ a: [1] }, 'number into Go struct field SubjectAccessReviewSpec.spec.extra of type string'],
])('a list that is a value of a map may have a name: %j', (extra, wanted) => {
  expect(error(decodeObject(types.struct('SubjectAccessReview'), { spec: { extra } }))).toBe(`json: cannot unmarshal ${wanted}`)
})
