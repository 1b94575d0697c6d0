// What a new server itself creates, as it was recorded: lists by resource, but for the one that the recording calls by a shorter name.

import { readFileSync } from 'node:fs'
import type { Bootstrap } from '../src/engine/cluster/types'

const RESOURCES: Readonly<Record<string, string>> = { prioritylevels: 'prioritylevelconfigurations' }
const recorded = JSON.parse(readFileSync('conformance/bootstrap.json', 'utf8')) as Bootstrap

export const bootstrap: Bootstrap = Object.fromEntries(
  Object.entries(recorded).map(([list, objects]) => [RESOURCES[list] ?? list, objects]),
)
