// What `kubectl create KIND NAME` knows of a kind: its flags and the object that it makes of them.

import type { HttpResponse, JsonObject } from '../../engine/index'
import { CommandError } from '../context'
import type { Step } from '../effects'
import type { FlagTable } from '../flags'
import { bodyOf, type Session } from '../session'

export interface Generator {
  readonly aliases?: readonly string[]
  readonly flags: FlagTable
  /** What stands before the server's refusal, such as `failed to create quota: `; without, it is printed like any other. */
  readonly failing?: string
  /** Throws for flags that make no object. */
  make(session: Session, name: string): Step<JsonObject>
}

/** The namespace is written down only where the reader said one. */
export function metadataOf({ flags, namespace }: Session, name: string, more: JsonObject = {}): JsonObject {
  return { name, ...(flags.has('namespace') ? { namespace } : {}), ...more }
}

/** The one name that stands before `--`. */
export function onlyName({ flags }: Session, word: string): string {
  if (flags.args.length === 1) return flags.args[0]!
  throw new CommandError(
    `error: exactly one NAME is required, got ${flags.args.length}\nSee 'kubectl create ${word} -h' for help and examples\n`,
  )
}

/** The server's own words of a refusal. */
export const messageOf = (response: HttpResponse): string => String(bodyOf(response).message ?? 'unknown')

export const wrong = (text: string): CommandError => new CommandError(`error: ${text}\n`)

/** `key=value`, cut at the first sign. */
export function pairOf(text: string): readonly [string, string] {
  const equals = text.indexOf('=')
  return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)]
}
