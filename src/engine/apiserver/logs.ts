// GET …/pods/<pod>/log: the apiserver asks the kubelet of the Pod's node and passes the answer on. It is the one call that goes that way.
// Leaves out: streaming (`follow` gets what there is, then ends with the container's output so far).
// Upstream: kubernetes pkg/registry/core/pod/{rest/log.go,strategy.go}

import type { Pod } from '../api/kinds/pod/types'
import type { FieldError } from '../api/fieldErrors'
import { badRequest, goError, invalid, type Status } from '../api/status'
import { passed, refused, type RequestContext, type StageResult } from './requestContext'
import type { ServerState } from './serverState'

export function logOf(ctx: RequestContext, server: ServerState): StageResult {
  if (ctx.answer) return passed
  const { namespace, name, query } = ctx.info
  const wrong = checkLogOptions(query)
  if (wrong.length > 0) return refused(invalid('', 'PodLogOptions', name, wrong))
  const { spec } = ctx.old as Pod
  const container = containerOf(ctx.old as Pod, query)
  if (typeof container !== 'string') return refused(container)
  if (!spec.nodeName) {
    ctx.answer = { type: 'plain', response: { status: 204, headers: {} } }
    return passed
  }
  if (ctx.phase === 0) {
    ctx.phase = 1
    const search = query.size > 0 ? `?${query.toString()}` : ''
    server.ask(
      spec.nodeName,
      { method: 'GET', path: `/containerLogs/${namespace}/${name}/${container}${search}`, headers: {} },
      ctx,
      (response) => {
        if ('error' in response)
          ctx.failure = goError(`Get "https://${spec.nodeName}:10250/containerLogs/${namespace}/${name}/${container}": ${response.error}`)
        else if (response.status >= 400)
          ctx.failure = badRequest(typeof response.body === 'string' ? response.body : JSON.stringify(response.body))
        else ctx.answer = { type: 'plain', response: { status: 200, headers: { 'content-type': 'text/plain' }, body: response.body } }
        server.resume(ctx)
      },
    )
    return { outcome: 'suspended' }
  }
  return ctx.failure ? refused(ctx.failure) : passed
}

/** The container that a request means; a Status where that is not clear. */
export function containerOf(pod: Pod, query: URLSearchParams): string | Status {
  const { name } = pod.metadata
  const names = (list: readonly { readonly name: string }[] = []) => list.map((c) => c.name)
  const main = names(pod.spec.containers)
  const inits = names(pod.spec.initContainers)
  const all = [...main, ...inits, ...names(pod.spec.ephemeralContainers)]
  const container = query.get('container') || (main.length === 1 && inits.length === 0 ? main[0]! : defaultContainer(pod, all))
  if (container === '') {
    const init = inits.length > 0 ? ` or one of the init containers: [${inits.join(' ')}]` : ''
    return badRequest(`a container name must be specified for pod ${name}, choose one of: [${main.join(' ')}]${init}`)
  }
  return all.includes(container) ? container : badRequest(`container ${container} is not valid for pod ${name}`)
}

function defaultContainer({ metadata }: Pod, all: readonly string[]): string {
  const wanted = metadata.annotations?.['kubectl.kubernetes.io/default-container'] ?? ''
  return all.includes(wanted) ? wanted : ''
}

function checkLogOptions(query: URLSearchParams): FieldError[] {
  const errors: FieldError[] = []
  const atLeast = (field: string, least: number) => {
    const text = query.get(field)
    if (text === null || text === '' || Number(text) >= least) return
    errors.push({
      type: 'FieldValueInvalid',
      field,
      value: Number(text),
      detail: least === 0 ? 'must be greater than or equal to 0' : 'must be greater than 0',
    })
  }
  atLeast('tailLines', 0)
  atLeast('limitBytes', 1)
  if (query.has('sinceTime') && query.has('sinceSeconds'))
    errors.push({ type: 'FieldValueForbidden', field: '', detail: 'at most one of `sinceTime` or `sinceSeconds` may be specified' })
  else atLeast('sinceSeconds', 1)
  return errors
}
