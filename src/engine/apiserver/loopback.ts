// How the server asks itself: through its own front door, like any client, and with all rights.
// Upstream: apiserver pkg/server/options/serving_with_loopback.go

import type { HttpRequest } from '../base/wire'

export const SELF = 'kube-apiserver'

const HEADERS = {
  'user-agent': 'kube-apiserver/v1.37.2 (linux/amd64)',
  'content-type': 'application/json',
  accept: 'application/json',
}

export const loopback = (request: Pick<HttpRequest, 'method' | 'path' | 'body'>): Omit<HttpRequest, 'id'> => ({
  ...request,
  headers: HEADERS,
  clientCertificate: { commonName: 'system:apiserver', organizations: ['system:masters'] },
})
