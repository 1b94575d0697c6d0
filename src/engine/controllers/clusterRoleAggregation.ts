// ClusterRoles with an aggregationRule have the rules of all those that it selects: whoever makes a role for a new kind adds it to `edit` by a label.
// Upstream: kubernetes pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go

import { equalSemantic } from '../base/equal'
import type { ApiObject, JsonObject } from '../api/object'
import { labelSelectorOf, matchesLabels } from '../api/selectors/labelSelector'
import { apply } from '../client/requests'
import { ask, syncQueue } from '../client/sync'
import type { StartController } from './controller'

const PATH = '/apis/rbac.authorization.k8s.io/v1/clusterroles'
const MANAGER = 'clusterrole-aggregation-controller'

interface ClusterRole extends ApiObject {
  readonly rules?: readonly JsonObject[]
  readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly JsonObject[] }
}

export const clusterRoleAggregation: StartController = ({ io, client, informers }) => {
  const roles = informers.of(PATH)
  const all = () => [...roles.values()] as ClusterRole[]

  const queue = syncQueue(
    io,
    client,
    function* (name) {
      const role = roles.get('', name) as ClusterRole | undefined
      if (!role?.aggregationRule) return 'done'
      const rules = aggregated(role, all())
      if (equalSemantic(rules, role.rules)) return 'done'
      // Without rules it lays claim to none: it takes back those that it gave, and those that the user wrote stay.
      const claimed = rules.length > 0 ? { rules } : {}
      const body = { kind: 'ClusterRole', apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name }, ...claimed }
      const { status } = yield* ask(apply(`${PATH}/${name}`, MANAGER, body))
      return status === 200 ? 'done' : 'failed'
    },
    { workers: 5 },
  )

  roles.whenSynced(() => {
    const look = () => {
      for (const role of all()) if (role.aggregationRule) queue.add(role.metadata.name!)
    }
    roles.listen({ update: look, delete: look, add: look })
  })
}

function aggregated({ metadata, aggregationRule }: ClusterRole, roles: readonly ClusterRole[]): readonly JsonObject[] {
  const rules: JsonObject[] = []
  for (const written of aggregationRule?.clusterRoleSelectors ?? []) {
    const selector = labelSelectorOf(written)
    const selected = roles.filter((r) => selector && r.metadata.name !== metadata.name && matchesLabels(selector, r.metadata.labels))
    for (const role of selected.sort((a, b) => (a.metadata.name! < b.metadata.name! ? -1 : 1)))
      for (const rule of role.rules ?? []) if (!rules.some((r) => equalSemantic(r, rule))) rules.push(rule)
  }
  return rules
}
