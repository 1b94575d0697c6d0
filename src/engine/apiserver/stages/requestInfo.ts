// RequestInfo was read from method and path when the request came in; here it is made known.
// Upstream: apiserver pkg/endpoints/filters/requestinfo.go

import { noted, type RequestContext, type StageResult } from '../requestContext'
import type { RequestWords } from '../../base/hop'
import { wordsOf } from '../requestInfo'

const words = new WeakMap<object, RequestWords>()

export function requestInfo({ info }: RequestContext): StageResult {
  let about = words.get(info)
  if (!about) words.set(info, (about = wordsOf(info)))
  return noted({ about })
}
