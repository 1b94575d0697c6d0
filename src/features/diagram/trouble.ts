// What the picture needs only where something can be the matter: marks on boxes, and the members of etcd. Loaded when it is first so.

import { marksOf } from './marks'
import { hasQuorum, membersAt } from './membersAt'

export const trouble = { marksOf, membersAt, hasQuorum }
export type Trouble = typeof trouble
