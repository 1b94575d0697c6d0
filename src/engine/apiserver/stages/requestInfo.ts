// RequestInfo was read from method and path when the request came in; here it is made known, and its deadline is looked at.
// Upstream: apiserver pkg/endpoints/filters/{requestinfo,request_deadline}.go

import { goQuote } from '../../api/go/goQuote'
import { goError } from '../../api/errors/status'
import type { RequestWords } from '../../base/hop'
import { wrongTimeout } from '../deadline'
import { plainText } from '../plainText'
import { refusal, type Refusal } from '../refusal'
import { noted, refused, type RequestContext, type StageResult } from '../requestContext'
import { wordsOf, type RequestInfo } from '../requestInfo'

const words = new WeakMap<object, RequestWords>()

export function requestInfo({ info, http }: RequestContext): StageResult {
  const wrong = unreadable(info, http.path) ?? wrongTimeout(info)
  if (wrong) return refused(wrong)
  let about = words.get(info)
  if (!about) words.set(info, (about = wordsOf(info)))
  return noted({ about })
}

/** Of the old form of a path, which the resource follows. */
const SPECIAL_VERBS = new Set(['proxy', 'watch'])

function unreadable({ isResource, resource, name }: RequestInfo, target: string): Refusal | null {
  if (!isResource || !SPECIAL_VERBS.has(resource) || name !== '') return null
  const problem = `failed to create RequestInfo: unable to determine kind and namespace from url, ${target}`
  return {
    ...refusal(goError(problem), 'noSuchPath', { path: target, served: '/' }),
    response: plainText(500, `Internal Server Error: ${goQuote(target)}: ${problem}\n`),
  }
}
