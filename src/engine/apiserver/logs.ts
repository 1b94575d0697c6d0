// GET …/pods/<pod>/log: the apiserver asks the kubelet of the Pod's node and passes the answer on. It is the one call that goes that way.
// Leaves out: streaming (`follow` gets what there is, then ends with the container's output so far).
// Upstream: kubernetes pkg/registry/core/pod/{rest/log.go,strategy.go}

import type { Pod } from '../api/kinds/pod/types'
import type { FieldError } from '../api/fieldErrors'
import { badRequest, goError, invalid, notFound, type Status } from '../api/status'
import { intProblem } from './queryValues'
import { passed, refused, type RequestContext, type StageResult } from './requestContext'
import type { ServerState } from './serverState'

/** What is wrong with the query; looked at before the Pod is. */
export function checkLogOptions({ info: { query, name } }: RequestContext): Status | null {
  for (const field of NUMBERS) {
    const text = query.get(field) ?? ''
    const wrong = text === '' ? null : intProblem(text)
    if (wrong) return badRequest(wrong)
  }
  const errors = optionErrors(query)
  return errors.length > 0 ? invalid('', 'PodLogOptions', name, errors) : null
}

export function logOf(ctx: RequestContext, server: ServerState): StageResult {
  if (ctx.answer) return passed
  const { namespace, name, query } = ctx.info
  const { spec } = ctx.old as Pod
  const container = containerOf(ctx.old as Pod, query)
  if (typeof container !== 'string') return refused(container)
  if (!spec.nodeName) {
    ctx.answer = { type: 'plain', response: { status: 204, headers: {} } }
    return passed
  }
  const nowhere = nodeUnknown(ctx.old as Pod, server)
  if (nowhere) return refused(nowhere)
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

/** The server looks for the kubelet of a Pod by its node; one that is not there is told of in the Pod's words. */
export function nodeUnknown({ spec }: Pod, server: ServerState): Status | null {
  const { nodeName = '' } = spec
  return server.cached('minions', '', nodeName) ? null : notFound({ group: '', resource: 'pods' }, nodeName)
}

/** The container that a request means; a Status where that is not clear. */
export function containerOf(pod: Pod, query: URLSearchParams): string | Status {
  const { name } = pod.metadata
  const { initContainers = [], containers, ephemeralContainers = [] } = pod.spec
  const all = [...initContainers, ...containers, ...ephemeralContainers].map((c) => c.name)
  const wanted = query.get('container') ?? ''
  if (wanted !== '') return all.includes(wanted) ? wanted : badRequest(`container ${wanted} is not valid for pod ${name}`)
  return containers.length === 1
    ? containers[0]!.name
    : badRequest(`a container name must be specified for pod ${name}, choose one of: [${all.join(' ')}]`)
}

const NUMBERS = ['limitBytes', 'sinceSeconds', 'tailLines']

function optionErrors(query: URLSearchParams): FieldError[] {
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
    errors.push({ type: 'FieldValueForbidden', field: '[]', detail: 'at most one of `sinceTime` or `sinceSeconds` may be specified' })
  else atLeast('sinceSeconds', 1)
  return errors
}
