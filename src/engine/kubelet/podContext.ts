// What all that a kubelet does for its Pods shares.

import type { PartIo } from '../base/part'
import type { EventRecorder } from '../client/eventRecorder'
import type { ClientApi } from '../client/types'
import type { ImagePuller } from './imagePuller'
import type { ObjectCache } from './objectCache'
import type { Resizes } from './resizes'
import type { RuntimeClient } from './runtimeClient'
import type { StatusManager } from './statusManager'
import type { TokenVolume } from './podTokens'
import type { TokenTurns } from './tokenTurns'

export interface PodContext {
  readonly io: PartIo
  readonly client: ClientApi
  readonly runtime: RuntimeClient
  readonly puller: ImagePuller
  readonly statuses: StatusManager
  readonly events: EventRecorder
  readonly objects: ObjectCache
  readonly resizes: Resizes
  readonly tokenTurns: TokenTurns<TokenVolume>
  readonly hostIP: string
}
