// An answer that is text and no object.
// Upstream: Go net/http/server.go (Error)

import type { HttpResponse } from '../base/wire'

export const plainText = (status: number, body: string): HttpResponse => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
})
