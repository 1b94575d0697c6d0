// Access modes and volume modes: of volumes and of claims.
// Upstream: kubernetes pkg/apis/core/validation, pkg/apis/core/v1/helper (GetAccessModesAsString)

import { missing, NONE, notAllowed, unsupported, type Errors, type Path } from '../../validation/rules'

const SHORT: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
}
const MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']
export const VOLUME_MODES = ['Block', 'Filesystem']

export function validateAccessModes(modes: readonly string[] | undefined, at: Path): Errors {
  if (!modes?.length) return missing(at, 'at least 1 access mode is required')
  const unknown = modes.flatMap((mode) => (MODES.includes(mode) ? NONE : unsupported(at, mode, MODES)))
  const several = modes.includes('ReadWriteOncePod') && modes.length > 1
  return [...unknown, ...(several ? notAllowed(at, 'may not use ReadWriteOncePod with other access modes') : NONE)]
}

/** `RWO,ROX` */
export function accessModesText(modes: readonly string[] | undefined): string {
  return Object.keys(SHORT)
    .filter((mode) => modes?.includes(mode))
    .map((mode) => SHORT[mode])
    .join(',')
}
