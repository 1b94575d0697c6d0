import { describe, expect, it } from 'vitest'
import { commandProgram } from '../kubectl/shell/commandProgram'
import { credentialsOf } from './identities'
import { aPage } from './toldStory'

const SERVER = 'https://127.0.0.1:6443'

/** What a line prints on the page's own cluster, and why the server refused it. */
function typed(line: string) {
  const { cluster, context } = aPage()
  const program = cluster.start({ line, identity: 'admin', credentials: credentialsOf.admin, program: commandProgram(line, context) })
  cluster.run({ until: (c) => !c.isRunning(program) })
  let printed = ''
  let why: unknown = null
  for (let index = cluster.restHop + 1; index < cluster.trace.length; index++) {
    const hop = cluster.trace.hop(index)
    if (hop.kind === 'program' && hop.event.type === 'printed') printed += hop.event.text
    if (hop.kind === 'stage' && hop.outcome === 'refused') why = hop.detail?.why ?? null
  }
  return { printed, why }
}

describe("the page's server", () => {
  it('reads and prints YAML', () => {
    const yaml = `'{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {size: "1"}}'`
    const { printed, why } = typed(
      `curl -k -X POST -H 'Content-Type: application/yaml' -H 'Accept: application/yaml' --data-binary ${yaml} ${SERVER}/api/v1/namespaces/default/configmaps`,
    )
    expect(why).toBeNull()
    expect(printed).toContain(`apiVersion: v1\ndata:\n  size: "1"\nkind: ConfigMap\nmetadata:\n`)
  })

  it('says of a path that it names and does not answer that it is not modelled', () => {
    for (const path of ['/openapi/v2', '/openapi/v3/api/v1', '/metrics'])
      expect(typed(`curl -k ${SERVER}${path}`), path).toMatchObject({ why: { because: 'notModelled' } })
    expect(typed(`curl -k ${SERVER}/nothing`)).toMatchObject({ printed: '404 page not found\n', why: { because: 'noSuchPath' } })
  })
})
