// kubectl create deployment, job and cronjob.
// Leaves out: random ends of container names that hold `_` or `.`.
// Upstream: kubectl pkg/cmd/create/create_{deployment,job,cronjob}.go

import type { JsonObject } from '../../engine/index'
import type { Step } from '../effects'
import { pathOf } from '../resources'
import { ACCEPT, type Session } from '../session'
import { targetsOf } from '../targets'
import { metadataOf, wrong, type Generator } from './generator'

const BATCH = 'batch/v1'

export const deployment: Generator = {
  aliases: ['deploy'],
  flags: { image: { type: 'list', required: true }, replicas: { type: 'int', short: 'r' }, port: { type: 'int' } },
  failing: 'failed to create deployment: ',
  *make(session, name) {
    const { flags } = session
    const images = flags.list('image')
    const command = commandOf(session)
    if (images.length > 1 && command.command) throw wrong('cannot specify multiple --image options and command')
    const port = flags.int('port')
    const containers = images.map((image) => ({
      name: image.split('/').at(-1)!.split(/[:@]/)[0]!,
      image,
      ...command,
      ...(port === undefined ? {} : { ports: [{ containerPort: port }] }),
      resources: {},
    }))
    const labels = { app: name }
    return {
      kind: 'Deployment',
      apiVersion: 'apps/v1',
      metadata: metadataOf(session, name, { labels }),
      spec: {
        replicas: flags.int('replicas') ?? 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers } },
        strategy: {},
      },
      status: {},
    }
  },
}

export const job: Generator = {
  flags: { image: { type: 'string' }, from: { type: 'string' } },
  failing: 'failed to create job: ',
  *make(session, name) {
    const image = session.flags.text('image')
    const from = session.flags.text('from')
    if (Boolean(image) === Boolean(from)) throw wrong('either --image or --from must be specified')
    if (from && commandOf(session).command) throw wrong('cannot specify --from and command')
    const own = from
      ? yield* ofCronJob(session, name, from)
      : { metadata: metadataOf(session, name), spec: { template: { metadata: {}, spec: podSpec(session, name, 'Never') } } }
    return { kind: 'Job', apiVersion: BATCH, ...own, status: {} }
  },
}

/** A Job as the CronJob would start one, and owned by it. */
function* ofCronJob(session: Session, name: string, from: string): Step<JsonObject> {
  const [target] = targetsOf(session, [from], 'kubectl create job')
  if (!target?.name || target.info.kind !== 'CronJob') throw wrong('from must be an existing cronjob')
  const cronJob = yield* session.get({ path: pathOf(target.info, session.namespace, target.name), accept: ACCEPT.any })
  const { metadata, spec } = cronJob as unknown as {
    readonly metadata: { readonly name: string; readonly uid: string }
    readonly spec: {
      readonly jobTemplate: {
        readonly metadata?: { readonly annotations?: JsonObject; readonly labels?: JsonObject }
        readonly spec: JsonObject
      }
    }
  }
  const template = spec.jobTemplate
  return {
    metadata: metadataOf(session, name, {
      annotations: { 'cronjob.kubernetes.io/instantiate': 'manual', ...template.metadata?.annotations },
      ...(template.metadata?.labels ? { labels: template.metadata.labels } : {}),
      ownerReferences: [{ apiVersion: BATCH, kind: 'CronJob', name: metadata.name, uid: metadata.uid, controller: true }],
    }),
    spec: template.spec,
  }
}

export const cronjob: Generator = {
  aliases: ['cj'],
  flags: { image: { type: 'string', required: true }, schedule: { type: 'string', required: true }, restart: { type: 'string' } },
  failing: 'failed to create cronjob: ',
  *make(session, name) {
    const { flags } = session
    const spec = podSpec(session, name, flags.text('restart') || 'OnFailure')
    return {
      kind: 'CronJob',
      apiVersion: BATCH,
      metadata: metadataOf(session, name),
      spec: {
        schedule: flags.text('schedule')!,
        jobTemplate: { metadata: { name }, spec: { template: { metadata: {}, spec } } },
      },
      status: {},
    }
  },
}

function podSpec(session: Session, name: string, restartPolicy: string): JsonObject {
  return { containers: [{ name, image: session.flags.text('image')!, ...commandOf(session), resources: {} }], restartPolicy }
}

/** The words behind `--`. */
function commandOf({ flags }: Session): { readonly command?: readonly string[] } {
  return flags.afterDash && flags.afterDash.length > 0 ? { command: flags.afterDash } : {}
}
