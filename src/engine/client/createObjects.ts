// Posts a list of objects, one after the other, as a person would with `kubectl create -f`: they pass every stage like any request.

import type { Kind } from '../api/kind'
import { parseGroupVersion, type ApiObject } from '../api/object'
import { invariant } from '../base/invariant'
import type { JsonObject } from '../base/json'
import type { Program } from './program'

/** Ends with 1 at the first object that is refused, printing why. */
export function* createObjects(objects: readonly JsonObject[], kinds: readonly Kind[]): Program {
  for (const object of objects as readonly ApiObject[]) {
    const reply = yield {
      do: 'request',
      request: {
        method: 'POST',
        path: collectionOf(object, kinds),
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: object,
      },
    }
    if (reply.type === 'response' && reply.response.status === 201) continue
    yield { do: 'print', stream: 'stderr', text: `${JSON.stringify(reply)}\n` }
    return 1
  }
  return 0
}

function collectionOf({ apiVersion = '', kind, metadata }: ApiObject, kinds: readonly Kind[]): string {
  const { group, version } = parseGroupVersion(apiVersion)
  const found = kinds.find((k) => k.group === group && k.version === version && k.kind === kind)
  invariant(found, 'an object of a kind that is served', { apiVersion, kind })
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
  return found.namespaced ? `${root}/namespaces/${metadata.namespace ?? 'default'}/${found.resource}` : `${root}/${found.resource}`
}
