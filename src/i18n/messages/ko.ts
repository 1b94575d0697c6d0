// All words of the page in one language, by feature.

import { diagram } from './ko/diagram'
import { faults, outages } from './ko/faults'
import { help } from './ko/help'
import { inspector } from './ko/inspector'
import { narration, refusals } from './ko/narration'
import { page } from './ko/page'
import { steps } from './ko/steps'
import { terminal } from './ko/terminal'
import { timeline } from './ko/timeline'
import { welcome } from './ko/welcome'
import type { Words } from './en'

export const ko: Words = { diagram, faults, help, inspector, narration, outages, page, refusals, steps, terminal, timeline, welcome }
