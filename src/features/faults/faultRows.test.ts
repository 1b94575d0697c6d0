import { describe, expect, it } from 'vitest'
import type { Fault } from '../../engine/index'
import { faultName } from '../../engine/faults'
import { faults as words } from '../../i18n/messages/en/faults'
import { faultSections } from './faultRows'

const buttons = (...inForce: Parameters<typeof faultSections>[1]) =>
  faultSections({ nodes: ['worker-1'], etcdMembers: 3 }, inForce, words).flatMap(({ rows }) => rows.flatMap((row) => row.buttons))

describe('the sheet of faults', () => {
  it('offers each fault once', () => {
    const names = buttons().map(({ fault }) => faultName(fault))
    expect(new Set(names).size).toBe(names.length)
  })

  it('lets the watch of whoever has one fall silent, and reopens it', () => {
    const silences = (...inForce: readonly Fault[]) => buttons(...inForce).filter(({ fault }) => fault.kind === 'watch')
    expect(silences().map(({ name, active }) => [name, active])).toEqual(
      ['kube-scheduler', 'kube-controller-manager', 'worker-1 kubelet'].map((name) => [`Silence the watch of ${name} on Pods`, false]),
    )
    const [scheduler] = silences()
    expect(silences(scheduler!.fault)[0]).toMatchObject({ name: 'Reopen the watch of kube-scheduler on Pods', active: true })
  })

  it('knows a slow link by its ends, however slow it is', () => {
    const slow = { kind: 'slow', from: 'user', to: 'kube-apiserver', by: 50 } as const
    expect(buttons(slow).filter(({ active }) => active)).toMatchObject([{ fault: slow, short: words['short.quicken'] }])
  })
})
