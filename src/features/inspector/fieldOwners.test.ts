import { describe, expect, it } from 'vitest'
import { fieldOwners } from './fieldOwners'

const pod = {
  metadata: {
    name: 'web',
    finalizers: ['a/b'],
    managedFields: [
      {
        manager: 'kubectl-run',
        operation: 'Update',
        fieldsV1: {
          'f:metadata': { 'f:finalizers': { '.': {}, 'v:"a/b"': {} } },
          'f:spec': {
            'f:containers': {
              'k:{"name":"web"}': {
                '.': {},
                'f:image': {},
                'f:ports': { '.': {}, 'k:{"containerPort":80,"protocol":"TCP"}': { 'f:name': {} } },
              },
            },
            'f:securityContext': {},
          },
        },
      },
      {
        manager: 'kubelet',
        operation: 'Update',
        subresource: 'status',
        fieldsV1: { 'f:status': { 'f:phase': {} }, 'f:spec': { 'f:containers': { 'k:{"name":"web"}': { 'f:image': {} } } } },
      },
    ],
  },
  spec: {
    containers: [
      { name: 'side', image: 'x' },
      { name: 'web', image: 'nginx', ports: [{ containerPort: 80, name: 'http', protocol: 'TCP' }] },
    ],
    securityContext: { runAsUser: 1 },
    nodeName: 'worker-1',
  },
  status: { phase: 'Running' },
}

describe('fieldOwners', () => {
  const owners = fieldOwners(pod)
  const names = (...path: (string | number)[]) => owners(path).map((owner) => owner.manager)

  it('finds fields, items of keyed lists and values of sets', () => {
    expect(names('spec', 'containers', 1, 'image')).toEqual(['kubectl-run', 'kubelet'])
    expect(names('spec', 'containers', 1)).toEqual(['kubectl-run'])
    expect(names('spec', 'containers', 1, 'ports', 0, 'name')).toEqual(['kubectl-run'])
    expect(names('metadata', 'finalizers', 0)).toEqual(['kubectl-run'])
    expect(owners(['status', 'phase'])).toEqual([{ manager: 'kubelet', operation: 'Update', subresource: 'status' }])
  })
  it('gives what stands below an owned leaf to its owner', () => {
    expect(names('spec', 'securityContext', 'runAsUser')).toEqual(['kubectl-run'])
  })
  it('knows nobody for what the server filled in, and for another item', () => {
    expect(names('spec', 'nodeName')).toEqual([])
    expect(names('spec', 'containers', 0, 'image')).toEqual([])
    expect(names('spec')).toEqual([])
  })
})
