import { describe, expect, it } from 'vitest'
import { printedState } from './printedState'
import type { Pod } from './types'

const status = (name: string, state: object, more: object = {}) => ({
  name,
  image: '',
  imageID: '',
  ready: false,
  restartCount: 0,
  state,
  ...more,
})
const failed = { terminated: { exitCode: 1, reason: 'Error' } }
const completed = { terminated: { exitCode: 0, reason: 'Completed' } }
const running = { running: {} }

function pod(state: object, spec: object = {}): Pod {
  const containers = [{ name: 'a' }, { name: 'b' }]
  return { metadata: { name: 'web' }, spec: { containers, ...spec }, status: { phase: 'Running', ...state } } as unknown as Pod
}

describe('the state of a Pod as a table prints it', () => {
  it('names a failure where another container has completed', () => {
    const of = (first: object, second: object) => printedState(pod({ containerStatuses: [status('a', first), status('b', second)] })).status
    expect(of(completed, failed)).toBe('Error')
    expect(of(completed, completed)).toBe('Completed')
    expect(of(failed, completed)).toBe('Error')
  })

  it('says that it runs while one does and the Pod is ready, and else that it is not', () => {
    const containerStatuses = [status('a', completed), status('b', running, { ready: true })]
    expect(printedState(pod({ containerStatuses, conditions: [{ type: 'Ready', status: 'True' }] })).status).toBe('Running')
    expect(printedState(pod({ containerStatuses }))).toMatchObject({ status: 'NotReady', ready: 1, total: 2 })
  })

  it('looks at the containers of a Pod that is initialized, whatever its init containers are at', () => {
    const initContainers = [{ name: 'i' }, { name: 'j' }]
    const state = {
      initContainerStatuses: [status('i', running, { restartCount: 2 }), status('j', running, { restartCount: 5 })],
      containerStatuses: [status('a', running, { ready: true, restartCount: 1 })],
    }
    expect(printedState(pod(state, { initContainers }))).toMatchObject({ status: 'Init:0/2', ready: 0, restarts: 2 })
    const conditions = [{ type: 'Initialized', status: 'True' }]
    expect(printedState(pod({ ...state, conditions }, { initContainers }))).toMatchObject({ ready: 1, restarts: 1 })
  })

  it('counts a sidecar that has started, and its restarts', () => {
    const initContainers = [{ name: 'side', restartPolicy: 'Always' }]
    const lastState = { terminated: { exitCode: 1, finishedAt: '2026-01-15T10:00:00Z' } }
    const side = status('side', running, { started: true, ready: true, restartCount: 3, lastState })
    const state = { initContainerStatuses: [side], containerStatuses: [status('a', running, { ready: true })] }
    expect(printedState(pod(state, { initContainers }))).toEqual({
      status: 'Running',
      ready: 2,
      total: 3,
      restarts: 3,
      lastRestart: '2026-01-15T10:00:00Z',
    })
  })
})
