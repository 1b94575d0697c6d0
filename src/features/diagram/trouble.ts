// What the picture needs only where something can be the matter: marks on boxes, and the members of etcd. Loaded with the engine.

import { marksOf } from './marks'
import { hasQuorum, membersAt } from './membersAt'

export const trouble = { marksOf, membersAt, hasQuorum }
export type Trouble = typeof trouble
