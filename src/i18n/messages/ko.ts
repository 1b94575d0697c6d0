// The words that the page needs at first in one language, by feature; later.ts has those of what is opened later.

import { diagram } from './ko/diagram'
import { page } from './ko/page'
import { steps } from './ko/steps'
import { terminal } from './ko/terminal'
import { timeline } from './ko/timeline'
import { welcome } from './ko/welcome'
import type { Words } from './en'

export const ko: Words = { diagram, page, steps, terminal, timeline, welcome }
