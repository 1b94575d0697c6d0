// What the picture needs only once something has happened: whose story it is, what moves, and how a refusal shows.

import { gatesOf } from './gates'
import { playOf } from './play'
import { storyAt } from './story'
import { tokensOf } from './tokens'

export const telling = { storyAt, playOf, gatesOf, tokensOf }
