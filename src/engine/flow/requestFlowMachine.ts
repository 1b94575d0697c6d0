// The way of a request through kube-apiserver, and of a Pod after it: the six steps of the course notes as states,
// the real handler chain nested inside them. The apiserver asks this machine which stage is next; there is no other order.
// The context is empty and guards look at the event alone, so a transition is a function of state and event (see advance.ts).
// Leaves out: filters that only time, log or shed load (panic recovery, timeouts, CORS, tracing), webhooks' own round trips.
// Upstream: apiserver pkg/server/config.go (DefaultBuildHandlerChain), pkg/endpoints/handlers/{create,update,patch,delete,get}.go,
//           pkg/registry/generic/registry/store.go, v1.37

import { setup } from 'xstate'
import type { Stage } from '../base/hop'

/** How a request goes on after authorization; decided by verb, subresource and whether its kind is stored. */
export type Route =
  /** get and list, logs too: read and answer. */
  | 'read'
  /** watch: served from the watch cache, the answer stays open. */
  | 'watch'
  | 'create'
  | 'update'
  | 'patch'
  /** delete and deletecollection. */
  | 'delete'
  /** POST to a subresource that changes a stored object: binding, eviction. */
  | 'action'
  /** exec, attach, port-forward, proxy: admission is asked, then its Pod is looked for; the connection itself is left out. */
  | 'connect'
  /** POST of a kind that is never stored: reviews, TokenRequest; and every dry run of nothing stored. */
  | 'review'
  /** Not a resource: discovery, health, version, OpenAPI. */
  | 'nonResource'

export type FlowEvent =
  | { type: 'stage.passed'; route: Route }
  /** The transaction's condition did not hold: the key was taken (create), or somebody wrote in between (read again). */
  | { type: 'stage.retry'; route: Route }
  | { type: 'request.refused' }
  | { type: 'request.answered' }
  | { type: 'pod.pending' }
  | { type: 'pod.unschedulable' }
  | { type: 'pod.bound' }
  | { type: 'pod.starting' }
  | { type: 'pod.running' }
  | { type: 'pod.succeeded' }
  | { type: 'pod.failed' }
  | { type: 'pod.terminating' }
  | { type: 'pod.deleted' }

/** The course notes' numbers; null for what belongs to no step. */
export type Step = 1 | 2 | 3 | 4 | 5 | 6

const on = (...routes: Route[]) => ({ type: 'routeIs' as const, params: { routes } })

/** A stage: where it goes when it passes, by route; a refusal ends in the final state that bears its name. */
const stage = (name: Stage, next: readonly { target: string; guard?: ReturnType<typeof on> }[]) => ({
  id: name,
  on: { 'stage.passed': next, 'request.refused': `#refused.${name}` },
})
/** A stage that never refuses. */
const passing = (name: NeverRefusing, next: readonly { target: string; guard?: ReturnType<typeof on> }[]) => ({
  id: name as Stage,
  on: { 'stage.passed': next },
})
type NeverRefusing = 'requestInfo' | 'audit' | 'priorityAndFairness' | 'defaulting' | 'watchCache'
const refusedAt = { type: 'final' as const }

export const requestFlowMachine = setup({
  types: { events: {} as FlowEvent, meta: {} as { step: Step | null } },
  guards: {
    routeIs: ({ event }, params: { routes: readonly Route[] }) =>
      (event.type === 'stage.passed' || event.type === 'stage.retry') && params.routes.includes(event.route),
  },
}).createMachine({
  id: 'requestFlow',
  initial: 'received',
  states: {
    received: {
      meta: { step: null },
      initial: 'requestInfo',
      states: { requestInfo: passing('requestInfo', [{ target: '#authentication' }]) },
    },
    authenticateUser: {
      meta: { step: 1 },
      initial: 'authentication',
      states: {
        authentication: stage('authentication', [{ target: '#audit' }]),
        audit: passing('audit', [{ target: '#impersonation' }]),
        impersonation: stage('impersonation', [{ target: '#priorityAndFairness' }]),
      },
    },
    admitted: {
      meta: { step: null },
      initial: 'priorityAndFairness',
      states: { priorityAndFairness: passing('priorityAndFairness', [{ target: '#authorization' }]) },
    },
    validateRequest: {
      meta: { step: 2 },
      initial: 'authorization',
      states: {
        authorization: stage('authorization', [
          { guard: on('nonResource'), target: '#respond' },
          { guard: on('read', 'watch', 'patch'), target: '#read' },
          { target: '#decode' },
        ]),
        decode: stage('decode', [
          { guard: on('delete'), target: '#read' },
          { guard: on('connect'), target: '#mutatingAdmission' },
          { target: '#defaulting' },
        ]),
        defaulting: passing('defaulting', [{ guard: on('update'), target: '#read' }, { target: '#mutatingAdmission' }]),
        mutatingAdmission: stage('mutatingAdmission', [
          { guard: on('delete', 'connect'), target: '#validatingAdmission' },
          { target: '#validation' },
        ]),
        validation: stage('validation', [{ target: '#validatingAdmission' }]),
        validatingAdmission: stage('validatingAdmission', [
          { guard: on('create'), target: '#compare' },
          { guard: on('action', 'connect'), target: '#read' },
          { guard: on('review'), target: '#respond' },
          { target: '#transaction' },
        ]),
      },
    },
    retrieveData: {
      meta: { step: 3 },
      initial: 'read',
      states: {
        // Reads, and the read half of read-modify-write: upstream reads the stored object before admission.
        read: stage('read', [
          { guard: on('read', 'watch', 'connect'), target: '#respond' },
          { guard: on('patch'), target: '#decode' },
          { guard: on('action'), target: '#transaction' },
          { target: '#mutatingAdmission' },
        ]),
        // A create reads nothing: its transaction checks that the key is free.
        compare: stage('compare', [{ target: '#transaction' }]),
      },
    },
    updateEtcd: {
      meta: { step: 4 },
      initial: 'transaction',
      states: {
        transaction: {
          id: 'transaction',
          on: {
            'stage.passed': [{ target: '#watchCache' }],
            // A create looks at the key that was taken; all others read again.
            'stage.retry': [{ guard: on('create'), target: '#compare' }, { target: '#read' }],
            'request.refused': '#refused.transaction',
          },
        },
        watchCache: passing('watchCache', [{ target: '#respond' }]),
      },
    },
    answering: {
      meta: { step: null },
      initial: 'respond',
      states: {
        respond: {
          id: 'respond',
          on: {
            'request.answered': '#answered',
            'request.refused': '#refused.respond',
            'pod.pending': '#scheduling',
            'pod.bound': '#kubelet',
          },
        },
      },
    },
    scheduling: {
      id: 'scheduling',
      meta: { step: 5 },
      initial: 'pending',
      states: { pending: { on: { 'pod.unschedulable': 'unschedulable' } }, unschedulable: {} },
      on: {
        'pod.bound': '#kubelet',
        'pod.deleted': '#deleted',
        'pod.failed': '#kubelet.failed',
        'pod.terminating': '#kubelet.terminating',
      },
    },
    kubelet: {
      id: 'kubelet',
      meta: { step: 6 },
      initial: 'bound',
      states: {
        bound: {},
        starting: {},
        running: {},
        succeeded: { id: 'kubelet.succeeded' },
        failed: { id: 'kubelet.failed' },
        terminating: { id: 'kubelet.terminating' },
      },
      on: {
        'pod.starting': '.starting',
        'pod.running': '.running',
        'pod.succeeded': '.succeeded',
        'pod.failed': '.failed',
        'pod.terminating': '.terminating',
        'pod.deleted': '#deleted',
      },
    },
    answered: { id: 'answered', type: 'final' },
    deleted: { id: 'deleted', type: 'final' },
    refused: {
      id: 'refused',
      initial: 'respond',
      states: {
        authentication: { ...refusedAt, id: 'refused.authentication' },
        impersonation: { ...refusedAt, id: 'refused.impersonation' },
        authorization: { ...refusedAt, id: 'refused.authorization' },
        decode: { ...refusedAt, id: 'refused.decode' },
        read: { ...refusedAt, id: 'refused.read' },
        mutatingAdmission: { ...refusedAt, id: 'refused.mutatingAdmission' },
        validation: { ...refusedAt, id: 'refused.validation' },
        validatingAdmission: { ...refusedAt, id: 'refused.validatingAdmission' },
        compare: { ...refusedAt, id: 'refused.compare' },
        transaction: { ...refusedAt, id: 'refused.transaction' },
        respond: { ...refusedAt, id: 'refused.respond' },
      } satisfies Record<Exclude<Stage, NeverRefusing>, object>,
    },
  },
})
