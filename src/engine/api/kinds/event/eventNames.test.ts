import { expect, it } from 'vitest'
import { EventNames } from './eventNames'

it('gives every event a name of its own: of one recorder, and of two at the same moment', () => {
  const [scheduler, kubelet] = [new EventNames('default-scheduler-vm'), new EventNames('kubelet/worker-1')]
  const names = [scheduler, scheduler, kubelet, kubelet].map((recorder) => recorder.next('web', 1_768_471_208_536))
  expect(new Set(names).size).toBe(4)
  expect(names[0]).toMatch(/^web\.188adf31c44b4[0-9a-f]{3}$/)
})
