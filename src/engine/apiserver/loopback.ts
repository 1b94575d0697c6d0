// How the server asks itself: through its own front door, like any client, and with all rights.
// Upstream: apiserver pkg/server/options/serving_with_loopback.go

import type { Json } from '../base/json'
import type { HttpRequest } from '../base/wire'

export const SELF = 'kube-apiserver'

const HEADERS = {
  'user-agent': 'kube-apiserver/v1.37.2 (linux/amd64)',
  'content-type': 'application/json',
  accept: 'application/json',
}

type OwnRequest = Pick<HttpRequest, 'method' | 'path' | 'body'> & Partial<Pick<HttpRequest, 'headers'>>

/** A request of the server to itself; `then` hears the status of the answer, 0 where there is none, and its body. */
export type AskSelf = (request: OwnRequest, then: (status: number, body?: Json) => void) => void

/** Not refused: not answered. */
export const hasFailed = (status: number) => status === 0 || status === 429 || status >= 500

/** What `headers` has is sent beside what the server sends with all its requests. */
export const loopback = (request: OwnRequest): Omit<HttpRequest, 'id'> => ({
  ...request,
  headers: { ...HEADERS, ...request.headers },
  clientCertificate: { commonName: 'system:apiserver', organizations: ['system:masters'] },
})
