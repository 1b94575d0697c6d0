import { describe, expect, it } from 'vitest'
import { suggestion } from './suggestions'

describe('suggestion', () => {
  it('offers the first Pod to who has typed nothing yet, and nothing to who has run something', () => {
    expect(suggestion('', [])).toBe('kubectl run web --image=nginx')
    expect(suggestion('', ['kubectl get pods'])).toBeNull()
  })

  it('prefers what the reader ran last', () => {
    expect(suggestion('kubectl r', ['kubectl run a --image=b', 'kubectl run c --image=d'])).toBe('kubectl run c --image=d')
  })

  it('never offers what is typed already', () => {
    expect(suggestion('kubectl get nodes', [])).toBeNull()
  })
})
