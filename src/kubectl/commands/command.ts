// What a kubectl command is: its flags and a program over a session.

import type { Step } from '../effects'
import type { FlagTable } from '../flags'
import type { Session } from '../session'

export interface Command {
  readonly flags: FlagTable
  run(session: Session): Step<number>
}

/** `none`, `client`, `server`, as --dry-run says. */
export function dryRunOf({ flags }: Session): 'none' | 'client' | 'server' {
  const value = flags.text('dry-run')
  return value === 'client' || value === 'server' ? value : 'none'
}

/** What a request says of it: nothing is stored. */
export function dryRunQuery(session: Session): { readonly dryRun: 'All' | undefined } {
  return { dryRun: dryRunOf(session) === 'server' ? 'All' : undefined }
}

export function dryRunNote(session: Session): string {
  const mode = dryRunOf(session)
  return mode === 'none' ? '' : mode === 'client' ? ' (dry run)' : ' (server dry run)'
}

export const dryRunFlag: FlagTable = { 'dry-run': { type: 'string', bare: 'unchanged' } }
