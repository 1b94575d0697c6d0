// What the pieces of the scheduler share.

import type { PartIo } from '../base/part'
import type { Cache } from './cache/cache'
import type { Framework } from './framework/framework'
import type { Handle } from './framework/handle'
import type { Nominator } from './queue/nominator'
import type { SchedulingQueue } from './queue/schedulingQueue'

/** The profile that this scheduler has: Pods of another schedulerName are left alone. */
export const SCHEDULER_NAME = 'default-scheduler'

export interface SchedulerParts {
  readonly io: PartIo
  readonly cache: Cache
  readonly queue: SchedulingQueue
  readonly nominator: Nominator
  readonly framework: Framework
  readonly handle: Handle
}
