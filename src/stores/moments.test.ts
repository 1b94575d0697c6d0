import { describe, expect, it } from 'vitest'
import { atRest, conflicting, created, listed, refused, type HandMadeTrace } from './handMadeTrace'
import { momentAt } from './momentAt'
import { momentsOf } from './moments'
import { checkKind } from './momentSteps'

const kinds = (made: HandMadeTrace, detail: 'six-steps' | 'under-the-hood' = 'six-steps') =>
  momentsOf(made.trace, 0, detail).map((m) => m.kind)

describe('momentsOf', () => {
  it('is the cluster at rest alone while nothing has happened', () => {
    expect(kinds(atRest())).toEqual(['rest'])
  })

  it('tells a creation as the six steps: sent, 1 to 4, the answer, 5, 6', () => {
    const moments = momentsOf(created().trace, 0, 'six-steps')
    expect(moments.slice(1, 6).map((m) => [m.kind, m.step])).toEqual([
      ['sent', null],
      ['authenticated', 1],
      ['validated', 2],
      ['keyFree', 3],
      ['written', 4],
    ])
    expect(moments.map((m) => m.kind).slice(6, 13)).toEqual([
      'schedulerNotified',
      'answered',
      'scheduled',
      'bindingSent',
      'bindingChecked',
      'bindingStored',
      'kubeletNotified',
    ])
    expect(moments.at(-1)?.kind).toBe('podRunning')
    expect(moments.filter((m) => m.step === 6).length).toBeGreaterThan(6)
  })

  it('stops a refused request at its gate and sends the answer back', () => {
    const moments = momentsOf(refused().trace, 0, 'six-steps')
    expect(moments.map((m) => m.kind)).toEqual(['rest', 'sent', 'authenticated', 'refused', 'answeredRefused'])
    expect(moments[3]).toMatchObject({ step: 2, facts: { stage: 'authorization', code: '403', reason: 'Forbidden', user: 'alice' } })
  })

  it('comes to the second gate again once a change has read its object', () => {
    expect([checkKind('list', false), checkKind('create', false)]).toEqual(['allowed', 'validated'])
    expect([checkKind('patch', false), checkKind('patch', true)]).toEqual(['allowedFirst', 'changeChecked'])
    expect([checkKind('delete', false), checkKind('delete', true)]).toEqual(['allowedFirst', 'deleteChecked'])
  })

  it('draws a line to etcd for a read only where etcd was asked', () => {
    expect(kinds(listed('etcd'))).toEqual(['rest', 'sent', 'authenticated', 'allowed', 'read', 'answeredRead'])
    expect(kinds(listed('fresh cache'))).toEqual(['rest', 'sent', 'authenticated', 'allowed', 'readFresh', 'answeredRead'])
    expect(kinds(listed('cache'))).toEqual(['rest', 'sent', 'authenticated', 'allowed', 'readCache', 'answeredRead'])
  })

  it('never says written where nothing was: a name that is taken is refused in step 3', () => {
    const moments = momentsOf(conflicting().trace, 0, 'six-steps')
    expect(moments.map((m) => m.kind)).toEqual(['rest', 'sent', 'authenticated', 'validated', 'keyFree', 'refused', 'answeredRefused'])
    expect(moments[5]).toMatchObject({ step: 3, facts: { code: '409', reason: 'AlreadyExists' } })
  })

  it('covers the trace without a gap and without a hop twice', () => {
    for (const made of [created(), refused()])
      for (const detail of ['six-steps', 'under-the-hood'] as const) {
        const moments = momentsOf(made.trace, 0, detail)
        moments.forEach((m, i) => {
          expect(m.hop).toBeGreaterThanOrEqual(m.opens)
          expect(m.opens).toBeGreaterThanOrEqual(m.first)
          if (i > 0) expect(m.first).toBe(moments[i - 1]!.hop + 1)
        })
        expect(moments.at(-1)!.hop).toBe(made.trace.length - 1)
      }
  })

  it('only adds moments when the trace grows', () => {
    const made = created()
    const all = momentsOf(made.trace, 0, 'six-steps')
    for (let length = 1; length < made.hops.length; length++) {
      const part = momentsOf({ ...made.trace, length, hop: made.trace.hop }, 0, 'six-steps')
      const opened = part.slice(0, -1).map((m) => m.opens)
      expect(all.slice(0, opened.length).map((m) => m.opens)).toEqual(opened)
    }
  })

  it('gives each stage of the reader’s request a moment of its own under the hood', () => {
    const stages = kinds(created(), 'under-the-hood').filter((k) => k.startsWith('stage.'))
    expect(stages).toEqual([
      'stage.authentication',
      'stage.audit',
      'stage.impersonation',
      'stage.priorityAndFairness',
      'stage.authorization',
      'stage.decode',
      'stage.defaulting',
      'stage.mutatingAdmission',
      'stage.validation',
      'stage.validatingAdmission',
      'stage.compare',
      'stage.transaction',
      'stage.watchCache',
      'stage.respond',
    ])
  })

  it('finds the moment that holds a hop', () => {
    const moments = momentsOf(created().trace, 0, 'six-steps')
    for (const [i, m] of moments.entries()) for (const hop of [m.first, m.opens, m.hop]) expect(momentAt(moments, hop)).toBe(i)
  })
})
