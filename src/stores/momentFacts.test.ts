import { describe, expect, it } from 'vitest'
import { sentFacts } from './momentFacts'

const told = (method: string, path: string) => {
  const { object, target, resource, pod } = sentFacts({ id: 1, method, path, headers: {} })
  return { object, target, resource, pod }
}

describe('a request line', () => {
  it('names the object and its subresource, in a namespace and without', () => {
    expect(told('PATCH', '/api/v1/namespaces/default/pods/web/status')).toEqual({
      object: 'status',
      target: 'pods/web/status',
      resource: 'pods',
      pod: 'web',
    })
    expect(told('GET', '/apis/apps/v1/namespaces/default/deployments')).toMatchObject({ object: 'deployments', target: 'deployments' })
    expect(told('GET', '/api/v1/nodes/worker-1?watch=false')).toMatchObject({ object: 'nodes/worker-1', pod: 'worker-1' })
  })

  it('may be about a namespace itself, which has subresources of its own', () => {
    expect(told('DELETE', '/api/v1/namespaces/team')).toMatchObject({ object: 'namespaces/team', resource: 'namespaces' })
    expect(told('PUT', '/api/v1/namespaces/team/finalize')).toEqual({
      object: 'finalize',
      target: 'namespaces/team/finalize',
      resource: 'namespaces',
      pod: 'team',
    })
  })
})
