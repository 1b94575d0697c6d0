import { expect, it } from 'vitest'
import { persistentVolume } from '.'
import type { ApiObject } from '../../object'

it('a table prints the class that a volume was given before there was a field for it', () => {
  const annotations = { 'volume.beta.kubernetes.io/storage-class': 'old' }
  const volume = { metadata: { name: 'a', annotations }, spec: { storageClassName: 'new' } } as unknown as ApiObject
  const printed = (object: ApiObject) => persistentVolume.columns?.find((c) => c.name === 'StorageClass')?.cell(object, 0)
  expect(printed(volume)).toBe('old')
  expect(printed({ ...volume, metadata: { name: 'a' } })).toBe('new')
})
