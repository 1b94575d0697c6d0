// What every controller is: something that begins to watch and act when it is given its context.
// Upstream: kubernetes cmd/kube-controller-manager/app/{controllermanager,controller_descriptor}.go (ControllerContext)

import type { PartIo } from '../base/part'
import type { SharedInformers } from '../client/sharedInformer'
import type { ClientApi } from '../client/types'
import type { ClusterOptions } from '../cluster/types'

export interface ControllerContext {
  readonly io: PartIo
  /** Acts under the controller's own service account. */
  readonly client: ClientApi
  /** What all controllers watch through, over one connection. */
  readonly informers: SharedInformers
  readonly options: ClusterOptions
}

export type StartController = (context: ControllerContext) => void
