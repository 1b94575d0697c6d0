// Paths inside a volume, and file modes. Upstream: kubernetes pkg/apis/core/validation/validation.go (ValidateLocalNonReservedPath …)

import { NONE, wrong, type Errors, type Path } from '../../validation/rules'

const LARGEST_MODE = 0o777

export const fileMode = (value: number | undefined, at: Path): Errors =>
  value !== undefined && (value < 0 || value > LARGEST_MODE)
    ? wrong(at, value, 'must be a number between 0 and 0777 (octal), both inclusive')
    : NONE

export const withoutBacksteps = (path: string, at: Path): Errors =>
  path.split('/').includes('..') ? wrong(at, path, "must not contain '..'") : NONE

/** A path within a volume. `reserved`: the volume keeps names that begin with two dots for itself. */
export function relativePath(path: string, at: Path, reserved = false): Errors {
  return [
    ...(path.startsWith('/') ? wrong(at, path, 'must be a relative path') : NONE),
    ...withoutBacksteps(path, at),
    ...(reserved && path.startsWith('..') && !path.startsWith('../') ? wrong(at, path, "must not start with '..'") : NONE),
  ]
}

/** Takes a path for a file; what is said of it when it is taken already shows another text. */
export type PlaceFile = (path: string, shown: string) => Errors
