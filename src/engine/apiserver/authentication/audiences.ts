// For whom a token is.
// Upstream: kubernetes pkg/serviceaccount/jwt.go (AuthenticateToken)

import { goQuote } from '../../api/go/goQuote'

const go = (list: readonly string[]) => `[${list.map(goQuote).join(' ')}]`

export const wrongAudience = (of: readonly string[], asked: readonly string[]): string =>
  `token audiences ${go(of)} is invalid for the target audiences ${go(asked)}`
