// Loads what turns a command line into a program; it is not part of the first page.

import { builtinKinds, type JsonObject } from '../engine/index'
import { credentialsOf } from './identities'
import type { Shell } from './session'

const EXAMPLE: JsonObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'api' },
  spec: { containers: [{ name: 'api', image: 'nginx' }] },
}

export async function loadShell(): Promise<Shell> {
  const { commandProgram } = await import('../kubectl/shell/commandProgram')
  const context = {
    namespace: 'default',
    identities: credentialsOf,
    files: { 'pod.json': JSON.stringify(EXAMPLE, null, 2) },
    serverUrl: 'https://127.0.0.1:6443',
    resources: builtinKinds,
  }
  return (line) => commandProgram(line, context)
}
