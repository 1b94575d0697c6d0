// The words of what is opened later, in one language; loaded with it.

import type { LaterWords } from '../en/later'
import { faults } from './faults'
import { help } from './help'
import { inspector } from './inspector'
import { narration, refusals, waits } from './narration'
import { outages } from './outages'
import { reasons } from './reasons'

export const later: LaterWords = { faults, help, inspector, narration, outages, reasons, refusals, waits }
