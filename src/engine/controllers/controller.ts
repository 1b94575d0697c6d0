// What every controller is: something that begins to watch and act when it is given its clients.

import type { PartIo } from '../base/part'
import type { ClientApi } from '../client/types'
import type { SharedInformers } from '../client/sharedInformer'
import type { ClusterOptions } from '../cluster/types'

/**
 * `client` acts under the controller's own service account; `informers` are what all of them watch through, over the connection `shared`
 * (client-go's shared informers).
 */
export type StartController = (
  io: PartIo,
  client: ClientApi,
  shared: ClientApi,
  options: ClusterOptions,
  informers: SharedInformers,
) => void
