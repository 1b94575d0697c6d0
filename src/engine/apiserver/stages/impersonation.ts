// Impersonate-* headers: to ask as someone else, if the asker may. The modes are tried in order, but for the one that was right last time,
// which comes first; the first refusal is the answer.
// Leaves out: upstream's caches of successes, which change no answer; of repeated headers, a group whose name has `, ` in it.
// Upstream: apiserver pkg/endpoints/filters/impersonation/constrained_impersonation.go

import { goQuote } from '../../api/go/goQuote'
import { badRequest } from '../../api/errors/status'
import { forbiddenRequest } from '../authorization/authorize'
import { modes, type Wanted } from '../authorization/impersonationModes'
import { refusal, type Refusal } from '../refusal'
import { passed, refused, type RequestContext, type StageResult } from '../requestContext'
import type { ServerState } from '../serverState'
import { attributesOf } from './authorization'

const EXTRA = 'impersonate-extra-'

export function impersonation(ctx: RequestContext, server: ServerState): StageResult {
  const wanted = wantedBy(ctx.http.headers)
  if (!wanted) return passed
  if (wanted.name === '') return refused(withoutName(wanted))
  const attributes = attributesOf(ctx)
  const last = server.impersonationModes.get(ctx.user.name)
  let first: ReturnType<(typeof modes)[number]> = null
  for (const mode of last === undefined ? modes : [modes[last]!, ...modes.filter((_, i) => i !== last)]) {
    const result = mode(wanted, attributes, server)
    if (result && 'user' in result) {
      server.impersonationModes.add(ctx.user.name, modes.indexOf(mode))
      ctx.impersonator = ctx.user
      ctx.user = result.user
      return { outcome: 'changed', detail: { user: wanted.name, says: `${ctx.impersonator.name} → ${wanted.name}` } }
    }
    first ??= result
  }
  return refused(forbiddenRequest(server, first!.asked, first!.verdict))
}

/** Null where no header asks for it. */
function wantedBy(headers: Readonly<Record<string, string>>): Wanted | null {
  let extra: Record<string, string[]> | undefined
  for (const header in headers) {
    if (!header.startsWith(EXTRA)) continue
    extra ??= Object.create(null) as Record<string, string[]>
    extra[unescaped(header.slice(EXTRA.length))] = headers[header]!.split(', ')
  }
  const [name = '', group, uid = ''] = [headers['impersonate-user'], headers['impersonate-group'], headers['impersonate-uid']]
  if (name === '' && group === undefined && uid === '' && !extra) return null
  return { name, uid, groups: group === undefined ? [] : group.split(', '), ...(extra ? { extra } : {}) }
}

/** Extra keys come percent-encoded, as a header's name may not have every character. */
function unescaped(key: string): string {
  try {
    return decodeURIComponent(key)
  } catch {
    return key
  }
}

/** Upstream prints its struct as Go does. */
function withoutName({ uid, groups, extra }: Wanted): Refusal {
  const list = (values: readonly string[]) => `[]string{${values.map(goQuote).join(', ')}}`
  const shownGroups = groups.length === 0 ? '[]string(nil)' : list(groups)
  const pairs = Object.entries(extra ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  const shownExtra = extra
    ? `map[string][]string{${pairs.map(([k, v]) => `${goQuote(k)}:[]string{${v.map(goQuote).join(', ')}}`).join(', ')}}`
    : 'map[string][]string(nil)'
  const text = `requested &user.DefaultInfo{Name:"", UID:${goQuote(uid)}, Groups:${shownGroups}, Extra:${shownExtra}} without impersonating a user name`
  const sent = [
    ...groups.map((group) => ({ header: 'Impersonate-Group', sent: group })),
    ...(uid === '' ? [] : [{ header: 'Impersonate-Uid', sent: uid }]),
    ...pairs.map(([key, values]) => ({ header: `Impersonate-Extra-${key}`, sent: values.join(', ') })),
  ]
  return refusal(badRequest(text), 'impersonatesNobody', ...sent)
}
