// What the picture knows of the story that a moment is part of.

import type { ProgramId, RequestId } from '../../engine/index'
import type { Refusal } from './refusal'
import type { SchedulerBox } from './sceneTypes'

export interface Story {
  readonly program: ProgramId | null
  /** The reader's own request that the moment belongs to or follows. */
  readonly request: RequestId | null
  readonly identity: string
  readonly line: string
  readonly output: { readonly text: string; readonly failed: boolean } | null
  /** Where the reader's request was refused, once it was. */
  readonly refusal: Refusal | null
  /** Lanes and parts that this story has reached. */
  readonly reached: ReadonlySet<string>
  readonly scores: SchedulerBox['scores']
  /** Whether a controller acts anywhere in this story, and which acted last. */
  readonly controllers: { readonly last: string } | null
  /** What the scheduler decided, while its Binding is on the way. */
  readonly chosen: { readonly pod: string; readonly node: string } | null
}

/** Nobody has asked anything. */
export const NO_STORY: Story = {
  program: null,
  request: null,
  identity: '',
  line: '',
  output: null,
  refusal: null,
  reached: new Set(),
  scores: [],
  controllers: null,
  chosen: null,
}
