// The types of all kinds, by Go's short names (cut from v1.37.2's OpenAPI by scripts/schema.mjs).

import { TypeTable } from '../schema/schemaNotation'
import notation from './types.json'

export const types = new TypeTable().add(notation)
