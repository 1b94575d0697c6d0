// The words that the page needs at first in one language, by feature; later.ts has those of what is opened later.

import { diagram } from './en/diagram'
import { page } from './en/page'
import { steps } from './en/steps'
import { terminal } from './en/terminal'
import { timeline } from './en/timeline'
import { welcome } from './en/welcome'

export const en = { diagram, page, steps, terminal, timeline, welcome }

export type Wording<T> = { readonly [K in keyof T]: T[K] extends string ? string : Wording<T[K]> }
/** What every language must say. */
export type Words = Wording<typeof en>
