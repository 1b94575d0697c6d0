// RequestInfo was read from method and path when the request came in; here it is made known, and its deadline is looked at.
// Upstream: apiserver pkg/endpoints/filters/{requestinfo,request_deadline}.go

import { wrongTimeout } from '../deadline'
import { noted, refused, type RequestContext, type StageResult } from '../requestContext'
import type { RequestWords } from '../../base/hop'
import { wordsOf } from '../requestInfo'

const words = new WeakMap<object, RequestWords>()

export function requestInfo({ info }: RequestContext): StageResult {
  const wrong = wrongTimeout(info)
  if (wrong) return refused(wrong)
  let about = words.get(info)
  if (!about) words.set(info, (about = wordsOf(info)))
  return noted({ about })
}
