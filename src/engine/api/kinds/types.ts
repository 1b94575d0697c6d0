// The types of all kinds, by Go's short names (cut from v1.37.2's OpenAPI by scripts/schema.mjs).

import { TypeTable, type Notation } from '../schemaNotation'
import core from './core.schema.json'
import later from './later.schema.json'

export const types = new TypeTable().add(core as Notation).add(later as Notation)
