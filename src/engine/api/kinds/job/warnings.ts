// What the server warns of in a Job, or in the Jobs of a CronJob, that it takes all the same.
// Upstream: kubernetes pkg/api/job/warnings.go

import type { ApiObject } from '../../object'
import type { Path } from '../../validation/rules'
import type { PodTemplate } from '../pod/template'
import { workloadWarnings } from '../workload'
import type { JobSpec } from './types'

const COMPLETIONS = 100_000
const PARALLELISM = 10_000
const UNTRACKED =
  'In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail'

/** `at` is where the Jobs' spec stands in the object. */
export const jobWarnings = (read: (object: ApiObject) => JobSpec | undefined, at: Path) => {
  const template = (object: ApiObject) => read(object)?.template ?? ({ spec: {} } as PodTemplate)
  return workloadWarnings(true, template, at.child('template'), (object) => untracked(read(object) ?? {}, at))
}

const untracked = ({ completionMode, completions = 0, parallelism = 0 }: Partial<JobSpec>, at: Path): readonly string[] =>
  completionMode === 'Indexed' && completions > COMPLETIONS && parallelism > PARALLELISM ? [`${at}: ${UNTRACKED}`] : []
