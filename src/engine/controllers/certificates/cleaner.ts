// Deletes certificate requests that are over: an hour after they were issued, denied or failed, and a day in which nobody decided them, or
// nobody signed what was approved.
// Leaves out: certificates whose time is over.
// Upstream: kubernetes pkg/controller/certificates/cleaner/cleaner.go

import type { CertificateSigningRequest } from '../../api/kinds/certificatesigningrequest'
import { parseTime } from '../../api/scalars/time'
import { remove } from '../../client/requests'
import { ask, perform, type Sync } from '../../client/sync'
import type { StartController } from '../controller'
import { REQUESTS } from './certificateController'

const HOUR = 60 * 60_000
const DAY = 24 * HOUR

export const certificateCleaner: StartController = ({ io, client, informers }) => {
  const requests = informers.of(REQUESTS)
  const clean = () => {
    const over = ([...requests.values()] as CertificateSigningRequest[]).filter((request) => isOver(request, io.epochNow))
    perform(client, removed(over))
    io.after(HOUR, clean, { background: true })
  }
  requests.whenSynced(clean)
}

function* removed(requests: readonly CertificateSigningRequest[]): Sync {
  for (const { metadata } of requests) yield* ask(remove(`${REQUESTS}/${metadata.name}`, {}))
}

function isOver({ metadata, status = {} }: CertificateSigningRequest, now: number): boolean {
  const { conditions = [], certificate } = status
  const isOlder = (time: string | null | undefined, age: number) => Boolean(time) && now - parseTime(time!) > age
  if (conditions.length === 0) return isOlder(metadata.creationTimestamp, DAY)
  const ages: Readonly<Record<string, number>> = { Denied: HOUR, Failed: HOUR, Approved: certificate ? HOUR : DAY }
  return conditions.some(({ type = '', lastUpdateTime }) => isOlder(lastUpdateTime, ages[type] ?? Infinity))
}
