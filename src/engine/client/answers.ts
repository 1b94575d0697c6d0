// What an answer says to the component that asked: the object, or why there is none.
// Upstream: apimachinery pkg/api/errors

import type { ApiObject } from '../api/object'
import type { JsonObject } from '../base/json'
import type { HttpResponse } from '../base/wire'
import type { Answered } from './types'

export const succeeded = ({ status }: Answered): boolean => status >= 200 && status < 300

/** The answered object; null unless it was granted. */
export const bodyOf = <T>(answer: Answered): T | null => (succeeded(answer) ? ((answer as HttpResponse).body as T) : null)

/** Of an answer that is known to have one. */
export function objectOf<T extends ApiObject>(answer: Answered): T {
  return ('body' in answer ? answer.body : {}) as T
}

/** What client-go's error says. */
export function messageOf(answer: Answered): string {
  if (!('body' in answer)) return 'error' in answer ? answer.error : ''
  return ((answer.body as JsonObject).message as string | undefined) ?? ''
}

/** `AlreadyExists`, `Conflict`, …, and '' where the answer is no Status. */
export function reasonOf(answer: Answered): string {
  return 'body' in answer ? (((answer.body as JsonObject | undefined)?.reason as string | undefined) ?? '') : ''
}

/** Nothing can be made in a namespace that is going: no use in trying again. */
export function namespaceGoes(answer: Answered): boolean {
  const details = 'body' in answer ? ((answer.body as JsonObject | undefined)?.details as JsonObject | undefined) : undefined
  return ((details?.causes as readonly JsonObject[] | undefined) ?? []).some((cause) => cause.reason === 'NamespaceTerminating')
}
