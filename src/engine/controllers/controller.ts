// What every controller is: something that begins to watch and act when it is given its clients.

import type { PartIo } from '../base/part'
import type { Client } from '../client/client'
import type { ClusterOptions } from '../cluster/types'

/** `client` acts under the controller's own service account; `shared` is the one that all of them watch through (client-go's shared informers). */
export type StartController = (io: PartIo, client: Client, shared: Client, options: ClusterOptions) => void
