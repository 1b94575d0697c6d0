import { expect, it } from 'vitest'
import type { ApiObject } from '../../object'
import { validateJobStatus } from './status'

it('an index of a Job cannot have failed and completed', () => {
  const spec = { completions: 9, completionMode: 'Indexed', backoffLimitPerIndex: 1 }
  const job = (status: object) => ({ metadata: { name: 'a' }, spec, status }) as unknown as ApiObject
  const errors = (status: object) => validateJobStatus(job(status), job({})).map((e) => `${e.field}: ${e.detail}`)
  expect(errors({ completedIndexes: '0-2,5', failedIndexes: '3,6-8' })).toEqual([])
  expect(errors({ completedIndexes: '0-2,5', failedIndexes: '3,5-8' })).toEqual([
    'status.failedIndexes: failedIndexes and completedIndexes overlap at index: 5',
  ])
})
