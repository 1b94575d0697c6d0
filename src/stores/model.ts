// Loads the engine, what turns a command line into a program, and what folds the trace into moments; none is part of the first page.

import bootstrapUrl from '../engine/data/bootstrap.json?url'
import type { Bootstrap, JsonObject } from '../engine/index'
import { follow } from './follow'
import { credentialsOf } from './identities'
import { momentsOf } from './moments'
import { pageCluster, WEBHOOK } from './pageCluster'
import type { Model } from './session'

const EXAMPLE: JsonObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'api' },
  spec: { containers: [{ name: 'api', image: 'nginx' }] },
}

export async function loadModel(): Promise<Model> {
  const [{ builtinKinds, createCluster }, { commandProgram }, bootstrap] = await Promise.all([
    import('../engine/index'),
    import('../kubectl/shell/commandProgram'),
    fetch(bootstrapUrl).then(async (answer) => (await answer.json()) as Bootstrap),
  ])
  const context = {
    namespace: 'default',
    identities: credentialsOf,
    files: { 'pod.json': JSON.stringify(EXAMPLE, null, 2), 'webhook.json': JSON.stringify(WEBHOOK, null, 2) },
    serverUrl: 'https://127.0.0.1:6443',
    resources: builtinKinds,
  }
  return {
    open: (topology) => createCluster(pageCluster(bootstrap, topology)),
    shell: (line) => commandProgram(line, context),
    momentsOf,
    follow,
  }
}
