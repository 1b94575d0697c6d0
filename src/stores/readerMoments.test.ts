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

  it('is waited for: that it is not there any more is no refusal', () => {
    const kinds = toldStory('kubectl create configmap a --from-literal=x=y', 'kubectl delete configmap a').map((m) => m.kind)
    expect(kinds.slice(kinds.indexOf('sentToWait'))).toEqual([
      'sentToWait',
      'authenticated',
      'allowed',
      'read',
      'goneAsHoped',
      'answeredGone',
    ])
    expect(kinds.filter((kind) => kind === 'sent')).toHaveLength(1)
  })

  it('is waited for by a watch, too, and its story goes on', () => {
    const sent = toldStory('kubectl delete pod db').filter((m) => m.kind.startsWith('sent'))
    expect(sent.map((m) => [m.kind, m.facts.target])).toEqual([
      ['sent', 'pods/db'],
      ['sentToWait', 'pods/db'],
      ['sentToWait', 'pods'],
    ])
  })
})

describe('what is not there', () => {
  it('is refused to whoever has not deleted it', () => {
    const kinds = toldStory('kubectl get configmap a').map((m) => m.kind)
    expect(kinds.slice(-2)).toEqual(['refused', 'answeredRefused'])
  })
})

describe('what is evicted', () => {
  it('is waited for, too, and that it is gone is no refusal', () => {
    const kinds = toldStory('kubectl run web --image=nginx', 'kubectl drain worker-1 --force', 'kubectl drain worker-2 --force')
      .filter((m) => m.program !== null)
      .map((m) => m.kind)
    expect(kinds).toContain('sentToWait')
    expect(kinds).toContain('goneAsHoped')
    expect(kinds.filter((kind) => kind.endsWith('efused'))).toEqual([])
  })
})
