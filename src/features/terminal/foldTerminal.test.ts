import { describe, expect, it } from 'vitest'
import { foldTerminal, type ProgramHop } from './foldTerminal'

const hop = (index: number, program: number, event: ProgramHop['event']): ProgramHop => ({
  index,
  at: index,
  cause: null,
  revision: 1,
  kind: 'program',
  program,
  event,
})

const HOPS = [
  hop(3, 1, { type: 'started', line: 'kubectl get pods -w', identity: 'admin' }),
  hop(5, 1, { type: 'printed', stream: 'stdout', text: 'NAME\n' }),
  hop(6, 2, { type: 'started', line: 'kubectl nope', identity: 'bob' }),
  hop(7, 2, { type: 'printed', stream: 'stderr', text: 'error\n' }),
  hop(8, 1, { type: 'printed', stream: 'stdout', text: 'db\n' }),
  hop(9, 2, { type: 'exited', code: 1 }),
]

describe('foldTerminal', () => {
  it('shows nothing of what comes after the position', () => {
    expect(foldTerminal(HOPS, 2)).toEqual([])
    expect(foldTerminal(HOPS, 5)[0]!.printed).toEqual([{ stream: 'stdout', text: 'NAME\n' }])
  })

  it('keeps the output of two programs that run at once apart', () => {
    const [watch, refused] = foldTerminal(HOPS, 9)
    expect(watch!.printed.map((p) => p.text)).toEqual(['NAME\n', 'db\n'])
    expect(watch!.code).toBeNull()
    expect(refused).toMatchObject({ line: 'kubectl nope', code: 1 })
  })
})
