// What no object may do from one version to the next, whoever writes it. Tests only.

import type { ApiObject } from '../../api/object'
import type { Chronicle } from './chronicle'

interface Fields extends ApiObject {
  readonly spec?: { readonly nodeName?: string }
  readonly status?: { readonly phase?: string }
}

export function objectProblems({ commits }: Chronicle): string[] {
  const problems: string[] = []
  for (const { index, events } of commits)
    for (const { type, kv, previous } of events) {
      // What is kept beside the objects is none.
      if (!kv.key.startsWith('/registry/')) continue
      const before = previous?.value as Fields | undefined
      const wrong = type === 'DELETE' ? removed(before) : changed(kv.key, before, kv.value as Fields)
      if (wrong) problems.push(`${kv.key} ${wrong} at hop ${index}`)
    }
  return problems
}

function removed(before: Fields | undefined): string | null {
  if (!before) return 'is deleted and was not there'
  const { finalizers = [], deletionTimestamp } = before.metadata
  return finalizers.length > (deletionTimestamp ? 1 : 0) ? `goes with finalizers ${finalizers.join()}` : null
}

function changed(key: string, before: Fields | undefined, now: Fields): string | null {
  if (!before) return null
  const { uid, creationTimestamp, generation = 0, deletionTimestamp } = before.metadata
  const { metadata } = now
  if (metadata.uid !== uid || metadata.creationTimestamp !== creationTimestamp) return 'becomes another object'
  if ((metadata.generation ?? 0) < generation) return `goes back to generation ${metadata.generation}`
  if (deletionTimestamp && !metadata.deletionTimestamp) return 'is no longer being deleted'
  if (!key.startsWith('/registry/pods/')) return null
  const node = before.spec?.nodeName
  if (node && node !== now.spec?.nodeName) return `is bound to ${node} and then to ${now.spec?.nodeName ?? 'no node'}`
  const phase = before.status?.phase ?? ''
  if (/Succeeded|Failed/.test(phase) && phase !== now.status?.phase) return `is ${phase} and then ${now.status?.phase}`
  return null
}
