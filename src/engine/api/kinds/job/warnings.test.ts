import { expect, it } from 'vitest'
import { job } from '.'
import type { ApiObject } from '../../object'
import { cronJob } from '../cronjob'

it('Jobs of more indexes than can be told are warned of, when their spec is new', () => {
  const spec = { completionMode: 'Indexed', completions: 100_001, parallelism: 10_001, template: { spec: { containers: [] } } }
  const object = { metadata: { name: 'a', generation: 1 }, spec } as unknown as ApiObject
  expect(job.warnings?.(object, null)).toEqual([
    expect.stringMatching(/^spec: In Indexed Jobs with a number of completions higher than 10\^5/),
  ])
  expect(job.warnings?.(object, object)).toEqual([])
  const nightly = { metadata: { name: 'a' }, spec: { jobTemplate: { spec } } } as unknown as ApiObject
  expect(cronJob.warnings?.(nightly, null)).toEqual([expect.stringMatching(/^spec\.jobTemplate\.spec: In Indexed Jobs/)])
})
