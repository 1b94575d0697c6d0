// The words of what is opened later, in one language; loaded with it.

import type { Wording } from '../en'
import { faults } from './faults'
import { help } from './help'
import { inspector } from './inspector'

export const later = { faults, help, inspector }

/** What every language must say. */
export type LaterWords = Wording<typeof later>
