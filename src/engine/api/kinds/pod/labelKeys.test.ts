import { describe, expect, it } from 'vitest'
import { aPod } from '../../../testing/builders'
import { withLabelKeys } from './labelKeys'
import type { Pod } from './types'

const labelSelector = { matchLabels: { app: 'web' } }
const made = (spec: object) => withLabelKeys(aPod('p', spec as never, { labels: { hash: '7', tenant: 'x' } }) as Pod).spec

describe('withLabelKeys', () => {
  it('puts the values of the labels into the selectors of affinity terms', () => {
    const term = { topologyKey: 'z', labelSelector, matchLabelKeys: ['hash', 'none'], mismatchLabelKeys: ['tenant'] }
    const matchExpressions = [
      { key: 'hash', operator: 'In', values: ['7'] },
      { key: 'tenant', operator: 'NotIn', values: ['x'] },
    ]
    const { affinity } = made({
      affinity: {
        podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] },
        podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term }] },
      },
    })
    const whole = { ...term, labelSelector: { ...labelSelector, matchExpressions } }
    expect(affinity).toEqual({
      podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [whole] },
      podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: whole }] },
    })
  })

  it('does the same for spread constraints, and leaves alone what has no selector', () => {
    const constraint = { topologyKey: 'z', matchLabelKeys: ['hash'] }
    const { topologySpreadConstraints } = made({ topologySpreadConstraints: [{ ...constraint, labelSelector }, constraint] })
    const matchExpressions = [{ key: 'hash', operator: 'In', values: ['7'] }]
    expect(topologySpreadConstraints).toEqual([{ ...constraint, labelSelector: { ...labelSelector, matchExpressions } }, constraint])
  })
})
