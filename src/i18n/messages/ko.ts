// The words that the page needs at first in one language, by feature; later.ts has those of what is opened later.

import { diagram } from './ko/diagram'
import { outages } from './ko/outages'
import { narration, refusals } from './ko/narration'
import { page } from './ko/page'
import { steps } from './ko/steps'
import { terminal } from './ko/terminal'
import { timeline } from './ko/timeline'
import { welcome } from './ko/welcome'
import type { Words } from './en'

export const ko: Words = { diagram, narration, outages, page, refusals, steps, terminal, timeline, welcome }
