// What a connection asks for, as admission sees it: PodExecOptions and the like, read from the query. Such an object has no metadata.
// Upstream: apiserver pkg/endpoints/handlers/get.go (getRequestOptions), k8s.io/api core/v1 (PodExecOptions …), apimachinery
// pkg/runtime/conversion.go; v1.37

import { groupVersion, type ApiObject, type Json } from '../api/object'
import { expectedOf } from './body/expected'
import { isTrue } from './queryValues'
import type { RequestContext } from './requestContext'

const FLAGS = ['stdin', 'stdout', 'stderr', 'tty'] as const

/** As Go writes them in JSON: flags that are not set and empty texts are left out. */
export function connectOptions(ctx: RequestContext): ApiObject {
  const { group, version, kind } = expectedOf(ctx)
  return { kind, apiVersion: groupVersion(group, version), ...fieldsOf(ctx) } as unknown as ApiObject
}

function fieldsOf({ info: { query, path, resource, name, subresource } }: RequestContext): Readonly<Record<string, Json>> {
  if (subresource === 'proxy') {
    const at = path.indexOf(`/${resource}/${name}/proxy`)
    const rest = path.slice(at + `/${resource}/${name}/proxy`.length)
    return rest === '' ? {} : { path: rest }
  }
  if (subresource === 'portforward') {
    const ports = query.getAll('ports').flatMap((text) => text.split(',').map(Number))
    return ports.length > 0 ? { ports } : {}
  }
  const container = query.get('container') ?? ''
  return {
    ...Object.fromEntries(FLAGS.filter((flag) => isTrue(query.get(flag))).map((flag) => [flag, true])),
    ...(container === '' ? {} : { container }),
    ...(subresource === 'exec' ? { command: query.has('command') ? query.getAll('command') : null } : {}),
  }
}
