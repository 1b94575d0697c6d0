// Which node a user is: `system:node:<name>` in the group system:nodes.
// Upstream: kubernetes pkg/auth/nodeidentifier/default.go

import type { UserInfo } from '../requestContext'

const PREFIX = 'system:node:'

/** Null for who is no node; empty for a node without a name. */
export function nodeNameOf({ name, groups }: UserInfo): string | null {
  return name.startsWith(PREFIX) && groups.includes('system:nodes') ? name.slice(PREFIX.length) : null
}
