// Which standard a namespace's labels ask for, to enforce and to warn.
// Leaves out: what is only written to the audit log; defaults and exemptions from a configuration file.
// Upstream: pod-security-admission api/helpers.go

import type { FieldError } from '../../../api/errors/fieldErrors'

export type Level = 'privileged' | 'baseline' | 'restricted'
const LEVELS: readonly Level[] = ['privileged', 'baseline', 'restricted']

export interface LevelVersion {
  readonly level: Level
  /** The minor of `v1.x`; Infinity for the latest. */
  readonly minor: number
}

export interface Policy {
  readonly enforce: LevelVersion
  readonly warn: LevelVersion
  /** What is wrong with the labels. A level that cannot be read is enforced as the strictest, and warns of nothing. */
  readonly errors: readonly FieldError[]
}

type Labels = Readonly<Record<string, string>>
const PREFIX = 'pod-security.kubernetes.io/'

export function policyOf(labels: Labels = {}): Policy {
  const errors: FieldError[] = []
  const level = (mode: string, otherwise: Level): Level => {
    const value = labels[PREFIX + mode]
    if (value === undefined) return 'privileged'
    const known = LEVELS.find((l) => l === value)
    if (!known) errors.push(wrong(mode, value, `must be one of ${LEVELS.join(', ')}`))
    return known ?? otherwise
  }
  const minor = (mode: string): number => {
    const value = labels[`${PREFIX}${mode}-version`]
    if (value === undefined || value === 'latest') return Infinity
    const [, digits] = /^v1\.(\d|[1-9]\d*)$/.exec(value) ?? []
    if (digits === undefined) errors.push(wrong(`${mode}-version`, value, 'must be "latest" or "v1.x"'))
    return digits === undefined ? Infinity : Number(digits)
  }
  const enforce = { level: level('enforce', 'restricted'), minor: minor('enforce') }
  level('audit', 'privileged')
  minor('audit')
  const warn = { level: level('warn', 'privileged'), minor: minor('warn') }
  const enforced = LEVELS.find((l) => l === labels[`${PREFIX}enforce`])
  if (labels[`${PREFIX}warn`] !== undefined || !enforced || enforced === 'privileged') return { enforce, warn, errors }
  // Who says nothing of warnings is warned of what is enforced, which for templates is not.
  const own = labels[`${PREFIX}warn-version`] !== undefined
  return { enforce, warn: { level: enforced, minor: own ? warn.minor : enforce.minor }, errors }
}

export const sameLevel = (a: LevelVersion, b: LevelVersion) => a.level === b.level && a.minor === b.minor

export const isStricter = (a: Level, b: Level) => LEVELS.indexOf(a) > LEVELS.indexOf(b)

/** `restricted:latest`, `baseline:v1.24` */
export const levelText = ({ level, minor }: LevelVersion) => `${level}:${minor === Infinity ? 'latest' : `v1.${minor}`}`

function wrong(label: string, value: string, detail: string): FieldError {
  return { type: 'FieldValueInvalid', field: `metadata.labels[${PREFIX}${label}]`, value, detail }
}
