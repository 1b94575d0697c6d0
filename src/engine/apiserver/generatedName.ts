// The name that a generateName becomes.
// Upstream: apiserver pkg/storage/names/generate.go

import type { Kind } from '../api/kind'
import type { Rng } from '../base/rng'

const LONGEST_PREFIX = 58
const SUFFIX = 5

export function generatedName({ generatesName = true }: Kind, generateName: string, random: Rng): string {
  return generatesName ? `${generateName.slice(0, LONGEST_PREFIX)}${random.suffix(SUFFIX)}` : generateName
}
