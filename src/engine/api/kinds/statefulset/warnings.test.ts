import { expect, it } from 'vitest'
import type { ApiObject } from '../../object'
import { statefulSetWarnings } from './warnings'

it('a StatefulSet that keeps all its revisions, or asks for parts of bytes, is warned of', () => {
  const claim = { metadata: { name: 'data' }, spec: { resources: { requests: { storage: '1500m' } } } }
  const object = { metadata: { name: 'a' }, spec: { revisionHistoryLimit: -1, volumeClaimTemplates: [claim] } } as unknown as ApiObject
  const limit = 'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended'
  const bytes = 'resources.requests[storage]: fractional byte value "1500m" is invalid, must be an integer'
  expect(statefulSetWarnings(object, null)).toEqual([`spec.volumeClaimTemplates[0].${bytes}`, limit])
  expect(statefulSetWarnings(object, object)).toEqual([`spec.volumeClaimTemplates[0].Spec.${bytes}`, limit])
})
