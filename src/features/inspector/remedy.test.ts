import { describe, expect, it } from 'vitest'
import { type JsonObject } from '../../engine/index'
import { commandProgram } from '../../kubectl/shell/commandProgram'
import { credentialsOf, type Identity } from '../../stores/identities'
import { aPage } from '../../stores/toldStory'
import { commandOf, hasPlace, remedyOf, type Authorization } from './remedy'

function page() {
  const { cluster, context } = aPage()
  /** Runs a line; what of it authorization refused, and how it ended. */
  const run = (line: string, identity: Identity) => {
    const from = cluster.trace.length
    cluster.start({ line, identity, credentials: credentialsOf[identity], program: commandProgram(line, context) })
    cluster.run({ for: 5000 })
    let refused: Authorization | null = null
    let code = -1
    for (let i = from; i < cluster.trace.length; i++) {
      const hop = cluster.trace.hop(i)
      if (hop.kind === 'stage' && hop.outcome === 'refused' && hop.detail?.why?.kind === 'authorization') refused ??= hop.detail.why
      if (hop.kind === 'program' && hop.event.type === 'exited') code = hop.event.code
    }
    return { refused, code }
  }
  return { run, history: cluster.history }
}

const SERVER = 'https://127.0.0.1:6443'

describe('what would allow what authorization refused', () => {
  it.each<[string, Identity]>([
    ['kubectl run web --image=nginx', 'alice'],
    ['kubectl get nodes', 'alice'],
    ['kubectl get pods --all-namespaces', 'bob'],
    ['kubectl create deployment web --image=nginx', 'alice'],
    ['kubectl get namespace default', 'alice'],
    [`curl -k ${SERVER}/api/v1/namespaces/default/pods/db/log`, 'bob'],
    [`curl -k ${SERVER}/metrics`, 'nobody'],
    [`kubectl get pods --as "o'neil, {x}/y: #1"`, 'admin'],
    ['kubectl get pods --as true', 'admin'],
  ])('does allow it, applied as it stands there: %s', (line, identity) => {
    const { run, history } = page()
    const { refused } = run(line, identity)
    expect(hasPlace(refused!, history)).toBe(true)
    expect(run(commandOf(remedyOf(refused!)!), 'admin')).toEqual({ refused: null, code: 0 })
    expect(run(line, identity).refused).toBe(null)
  })

  it('allows nobody else, nor anything else', () => {
    const { run } = page()
    const line = 'kubectl run web --image=nginx'
    run(commandOf(remedyOf(run(line, 'alice').refused!)!), 'admin')
    expect(run(line, 'bob').refused).not.toBe(null)
    expect(run('kubectl delete pod db', 'alice').refused).not.toBe(null)
    // Nor does the next one take it away.
    run(commandOf(remedyOf(run(line, 'bob').refused!)!), 'admin')
    expect(run(line, 'alice').refused).toBe(null)
  })

  it('has no place in a namespace that is not there, or is going', () => {
    const { run, history } = page()
    const place = () => hasPlace(run('kubectl get pods -n team', 'alice').refused!, history)
    expect(place()).toBe(false)
    run('kubectl create namespace team', 'admin')
    expect(place()).toBe(true)
    const finalizers: JsonObject = { metadata: { finalizers: ['example.com/held'] } }
    run(`kubectl create configmap held -n team`, 'admin')
    run(`kubectl patch configmap held -n team --type=merge -p '${JSON.stringify(finalizers)}'`, 'admin')
    run('kubectl delete namespace team --wait=false', 'admin')
    expect(place()).toBe(false)
  })

  it('is not one rule for whoever wants to be somebody else', () => {
    const { refused } = page().run('kubectl get pods --as admin', 'alice')
    expect(refused!.verb).toMatch(/^impersonate/)
    expect(remedyOf(refused!)).toBe(null)
  })
})
