// All words of the page in one language, by feature.

import { diagram } from './en/diagram'
import { faults, outages } from './en/faults'
import { help } from './en/help'
import { inspector } from './en/inspector'
import { narration, refusals } from './en/narration'
import { page } from './en/page'
import { steps } from './en/steps'
import { terminal } from './en/terminal'
import { timeline } from './en/timeline'
import { welcome } from './en/welcome'

export const en = { diagram, faults, help, inspector, narration, outages, page, refusals, steps, terminal, timeline, welcome }

type Wording<T> = { readonly [K in keyof T]: T[K] extends string ? string : Wording<T[K]> }
/** What every language must say. */
export type Words = Wording<typeof en>
