// GET …/pods/<pod>/log: the apiserver asks the kubelet of the Pod's node and passes the answer on. It is the one call that goes that way.
// Leaves out: streaming (`follow` gets what there is, then ends with the container's output so far).
// Upstream: kubernetes pkg/registry/core/pod/{rest/log.go,strategy.go}

import type { Pod } from '../api/kinds/pod/types'
import type { FieldError } from '../api/errors/fieldErrors'
import { badRequest, goError, notFound } from '../api/errors/status'
import { timeProblem } from '../api/scalars/time'
import type { Facts } from '../base/why'
import type { HttpResponse } from '../base/wire'
import { invalidFields, refusal, type Refusal } from './refusal'
import { passed, refused, type RequestContext, type StageResult } from './requestContext'
import { notANumber } from './selection'
import type { ServerState } from './serverState'

/** What is wrong with the query; looked at before the Pod is. */
export function checkLogOptions({ info: { query, name } }: RequestContext): Refusal | null {
  for (const field of ['sinceSeconds', 'sinceTime', 'tailLines', 'limitBytes']) {
    const text = query.get(field)
    const wrong = text === null ? null : field === 'sinceTime' ? notATime(field, text) : notANumber(field, text)
    if (wrong) return wrong
  }
  const errors = optionErrors(query)
  return errors.length > 0 ? invalidFields('', 'PodLogOptions', name, errors) : null
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
          ctx.failure = refusal(
            goError(`Get "https://${spec.nodeName}:10250/containerLogs/${namespace}/${name}/${container}": ${response.error}`),
            'kubelet',
            { node: spec.nodeName, pod: name, container, error: response.error },
          )
        else if (response.status >= 400) ctx.failure = saidByKubelet(response, { node: spec.nodeName ?? '', pod: name, container })
        else ctx.answer = { type: 'plain', response: { status: 200, headers: { 'content-type': 'text/plain' }, body: response.body } }
        server.resume(ctx)
      },
    )
    return { outcome: 'suspended' }
  }
  return ctx.failure ? refused(ctx.failure) : passed
}

function saidByKubelet({ body, status }: HttpResponse, about: Facts): Refusal {
  const error = typeof body === 'string' ? body : JSON.stringify(body)
  return refusal(badRequest(error), 'kubelet', { ...about, answered: String(status), error })
}

/** The server looks for the kubelet of a Pod by its node; one that is not there is told of in the Pod's words. */
export function nodeUnknown({ spec, metadata }: Pod, server: ServerState): Refusal | null {
  const { nodeName = '' } = spec
  if (server.cached('minions', '', nodeName)) return null
  return refusal(notFound({ group: '', resource: 'pods' }, nodeName), 'nodeUnknown', { pod: metadata.name, node: nodeName })
}

/** The container that a request means; a Status where that is not clear. */
export function containerOf(pod: Pod, query: URLSearchParams): string | Refusal {
  const { name } = pod.metadata
  const { initContainers = [], containers, ephemeralContainers = [] } = pod.spec
  const all = [...initContainers, ...containers, ...ephemeralContainers].map((c) => c.name)
  const wanted = query.get('container') ?? ''
  const unclear = (text: string) => refusal(badRequest(text), 'container', { pod: name, sent: wanted, supported: all.join(', ') })
  if (wanted !== '') return all.includes(wanted) ? wanted : unclear(`container ${wanted} is not valid for pod ${name}`)
  return containers.length === 1
    ? containers[0]!.name
    : unclear(`a container name must be specified for pod ${name}, choose one of: [${all.join(' ')}]`)
}

/** Older clients write the time that they do not mean as JSON would. */
function notATime(parameter: string, sent: string): Refusal | null {
  const problem = sent === '' || sent === 'null' ? null : timeProblem(sent)
  return problem === null ? null : refusal(badRequest(problem), 'parameter', { parameter, sent, expected: '2026-01-15T10:00:00Z' })
}

function optionErrors(query: URLSearchParams): FieldError[] {
  const errors: FieldError[] = []
  const atLeast = (field: string, least: number) => {
    const text = query.get(field)
    if (text === null || Number(text) >= least) return
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
  // PodLogsQuerySplitStreams is alpha.
  if (query.has('stream')) errors.push({ type: 'FieldValueForbidden', field: 'stream', detail: 'may not be specified' })
  return errors
}
