// The members of etcd, and the one history that they agree on.

import { invariant } from '../base/invariant'
import { Etcd, type Ledger } from '../storage/etcd'
import type { History } from './types'

export function membersOf(count = 1): readonly Etcd[] {
  if (count === 1) return [new Etcd()]
  const ids = Array.from({ length: count }, (_, i) => `etcd-${i}`)
  const ledger: Ledger = { revision: 1 }
  return ids.map((id) => new Etcd(id, ids, ledger))
}

/** What the members have come to: that of the one which is furthest. What one has applied, none will ever say otherwise. */
export function historyOf(members: readonly Etcd[]): History {
  const [first] = members
  invariant(first, 'a member of etcd')
  const furthest = () =>
    members.length === 1 ? first.store : members.reduce((a, b) => (b.store.revision > a.store.revision ? b : a)).store
  return {
    get revision() {
      return furthest().revision
    },
    get: (key, revision) => furthest().getAt(key, revision),
    list: (prefix, revision) => furthest().listAt(prefix, revision),
    count: (prefix, revision) => furthest().listAt(prefix, revision).length,
  }
}
