import { describe, expect, it } from 'vitest'
import { fill, plain, rich } from './rich'

describe('a message', () => {
  it('sets code and strong apart, colours components and fills facts', () => {
    expect(rich('The kube-apiserver tells *{user}* `{code}`.', { user: 'alice', code: '403' })).toEqual([
      { as: 'text', text: 'The ' },
      { as: 'component', text: 'kube-apiserver', component: 'apiserver' },
      { as: 'text', text: ' tells ' },
      { as: 'strong', text: 'alice' },
      { as: 'text', text: ' ' },
      { as: 'code', text: '403' },
      { as: 'text', text: '.' },
    ])
  })

  it('colours a name with a Korean particle, and no part of a longer word', () => {
    expect(rich('kubelet이 etcd에', {}).filter((p) => p.as === 'component')).toHaveLength(2)
    expect(rich('etcdctl', {}).filter((p) => p.as === 'component')).toEqual([])
  })

  it('leaves nothing for a fact that is missing, and does not fill what a fact holds', () => {
    expect(fill('a {x} b', {})).toBe('a  b')
    expect(plain('{x} *{y}*', { x: '{y}', y: '1' })).toBe('{y} 1')
  })

  it('reads markup only in the message, never in a fact', () => {
    expect(rich('{x}', { x: '`a` *b* etcd' })).toEqual([{ as: 'text', text: '`a` *b* etcd' }])
  })
})
