import { describe, expect, it } from 'vitest'
import { toldStory } from './toldStory'

const ofStep4 = (...lines: readonly string[]) =>
  toldStory(...lines)
    .filter((m) => m.step === 4)
    .map(({ kind, facts }) => [kind, facts.target])

describe('what the reader deletes', () => {
  it('is marked where a kubelet has to stop it first', () => {
    expect(ofStep4('kubectl delete pod db --wait=false')).toEqual([['writtenMarked', 'pods/db']])
  })

  it('is gone at once where nothing holds it', () => {
    const made = 'kubectl create configmap a --from-literal=x=y'
    expect(ofStep4(made, 'kubectl delete configmap a --wait=false')).toEqual([['writtenGone', 'configmaps/a']])
    expect(ofStep4(made)).toEqual([['written', 'configmaps/a']])
  })
})
