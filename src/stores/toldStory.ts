// What the page tells of a command line on its own cluster. Tests only.

import { readFileSync } from 'node:fs'
import { builtinKinds, createCluster, type Bootstrap } from '../engine/index'
import { commandProgram } from '../kubectl/shell/commandProgram'
import { credentialsOf } from './identities'
import type { StoryMoment } from './momentKinds'
import { momentsOf } from './moments'
import { pageCluster } from './pageCluster'

/** Virtual milliseconds in which all that a line leads to has happened. */
const SETTLE = 60_000

/** The page's own cluster, and what the terminal knows of it. */
export function aPage() {
  const cluster = createCluster(pageCluster(JSON.parse(readFileSync('src/engine/data/bootstrap.json', 'utf8')) as Bootstrap))
  const context = {
    namespace: 'default',
    identities: credentialsOf,
    files: {},
    serverUrl: 'https://127.0.0.1:6443',
    resources: builtinKinds,
  }
  return { cluster, context }
}

/** The moments of the last line, after the admin typed those before it and all came to rest. */
export function toldStory(...lines: readonly string[]): readonly StoryMoment[] {
  const { cluster, context } = aPage()
  let begin = 0
  for (const line of lines) {
    begin = cluster.trace.length
    cluster.start({ line, identity: 'admin', credentials: credentialsOf.admin, program: commandProgram(line, context) })
    cluster.run({ for: SETTLE, throughIdle: true })
  }
  return momentsOf(cluster.trace, cluster.restHop, 'six-steps').filter((m) => m.opens >= begin)
}
