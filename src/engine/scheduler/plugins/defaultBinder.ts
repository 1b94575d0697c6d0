// Posts the Binding, more than once where that may help.
// Upstream: kubernetes pkg/scheduler/framework/plugins/defaultbinder/default_binder.go

import { create } from '../../client/requests'
import type { Handle } from '../framework/handle'
import { failed, type Plugin } from '../framework/interface'
import { requestWithRetries } from '../transient'

export function createDefaultBinder(handle: Handle): Plugin {
  return {
    name: 'DefaultBinder',
    bind(_state, { metadata: { namespace, name, uid } }, node, done) {
      const body = { kind: 'Binding', apiVersion: 'v1', metadata: { name, namespace, uid }, target: { kind: 'Node', name: node } }
      requestWithRetries(create(`/api/v1/namespaces/${namespace}/pods/${name}/binding`, body), handle, (response) => {
        if (response.status === 201) return done(null)
        const said = 'error' in response ? response.error : (response.body as { message?: string } | undefined)?.message
        done(failed(said ?? `${response.status}`))
      })
    },
  }
}
