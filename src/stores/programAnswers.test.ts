import { describe, expect, it } from 'vitest'
import { listed } from './handMadeTrace'
import { momentsOf } from './moments'
import type { StoryMoment } from './momentKinds'
import { toldStory } from './toldStory'

const manifest = (kind: string, name: string, more = '') => `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n${more}`
const given = (command: string, ...objects: readonly string[]) => `${command} -f - <<'EOF'\n${objects.join('---\n')}EOF`
const A = manifest('ConfigMap', 'a')
const answers = (told: readonly StoryMoment[]) =>
  told.filter((m) => m.kind.startsWith('answered')).map((m) => [m.facts.verb, m.facts.code, m.kind])
const refusals = (told: readonly StoryMoment[]) => told.filter((m) => m.kind.endsWith('efused')).map((m) => m.facts.code)

describe('that there is no such object', () => {
  it('is no refusal to kubectl apply, which creates it then', () => {
    const told = toldStory(given('kubectl apply', A))
    expect(told.filter((m) => m.step === 3).map((m) => m.kind)).toEqual(['read', 'notThere', 'keyFree'])
    expect(answers(told)).toEqual([
      ['GET', '404', 'answeredToCreate'],
      ['POST', '201', 'answered'],
    ])
  })

  it('is none either if what is then created is refused', () => {
    const told = toldStory(given('kubectl apply', manifest('Pod', 'web')))
    expect(answers(told)).toEqual([
      ['GET', '404', 'answeredToCreate'],
      ['POST', '422', 'answeredRefused'],
    ])
    expect(refusals(told)).toEqual(['422', '422'])
  })

  it('is none where kubectl ends well without creating anything', () => {
    for (const line of [
      given('kubectl apply --dry-run=client', A),
      'kubectl get configmap a --ignore-not-found',
      'kubectl get configmap a --ignore-not-found -o yaml',
      'kubectl delete configmap a --ignore-not-found',
      'kubectl describe pod d',
    ]) {
      const told = toldStory(line)
      expect(refusals(told), line).toEqual([])
      expect(answers(told)[0]!.slice(1), line).toEqual(['404', 'answeredNotThere'])
    }
  })

  it('is what kubectl replace is refused, not what it looked for before', () => {
    expect(answers(toldStory(given('kubectl replace', A)))).toEqual([
      ['GET', '404', 'answeredNotThere'],
      ['PUT', '404', 'answeredRefused'],
    ])
  })

  it('is refused to each other, whatever it does next, and to curl, however it ends', () => {
    for (const line of [
      'kubectl get pod none none',
      'kubectl describe pod none',
      'kubectl delete configmap none none',
      'kubectl label pod none a=b',
      'curl -k https://127.0.0.1:6443/api/v1/namespaces/default/pods/none --cert admin.crt --key admin.key',
    ]) {
      const told = toldStory(line)
      expect(
        told.map((m) => m.kind),
        line,
      ).not.toContain('notThere')
      expect(refusals(told), line).toContain('404')
    }
  })
})

describe('what is asked for before it is written', () => {
  const asked = (...lines: readonly string[]) =>
    toldStory(...lines)
      .filter((m) => m.kind.startsWith('sent'))
      .map((m) => [m.kind, m.facts.verb, m.facts.target])

  it('is only looked at: there, or not there yet', () => {
    expect(asked(given('kubectl apply', A))).toEqual([
      ['sentToLook', 'GET', 'configmaps/a'],
      ['sent', 'POST', 'configmaps/a'],
    ])
    expect(asked('kubectl label pods --all a=b')).toEqual([
      ['sentToLook', 'GET', 'pods'],
      ['sent', 'PATCH', 'pods/cache'],
      ['sent', 'PATCH', 'pods/db'],
    ])
    expect(asked('kubectl create deployment web --image=nginx', 'kubectl scale deployment web --replicas=2')).toEqual([
      ['sentToLook', 'GET', 'deployments/web'],
      ['sent', 'PATCH', 'deployments/web/scale'],
    ])
  })

  it('is what was wanted where nothing is written', () => {
    expect(asked('kubectl label pod none a=b').map(([kind]) => kind)).toEqual(['sent'])
    expect(asked('kubectl get pod db').map(([kind]) => kind)).toEqual(['sent'])
  })
})

describe('the answer', () => {
  it('ends what is done with the program only if it has then ended', () => {
    expect(answers(toldStory(given('kubectl create', A, manifest('ConfigMap', 'b')))).map(([, , kind]) => kind)).toEqual([
      'answeredMidway',
      'answered',
    ])
    expect(answers(toldStory('kubectl delete pod db')).map(([, , kind]) => kind)).toEqual(['answeredMidway', 'answeredReadMidway'])
    expect(answers(toldStory('kubectl delete pod db --wait=false')).map(([, , kind]) => kind)).toEqual(['answered'])
  })

  it('to a read is followed by others, too', () => {
    const create = 'kubectl create deployment web --image=nginx'
    expect(answers(toldStory(create, 'kubectl rollout status deployment web')).map(([, , kind]) => kind)).toEqual(['answeredReadMidway'])
    expect(answers(toldStory('kubectl get pods -w')).map(([, , kind]) => kind)).toEqual(['answeredReadMidway'])
    expect(answers(toldStory('kubectl get pods')).map(([, , kind]) => kind)).toEqual(['answeredRead'])
    expect(answers(toldStory('kubectl scale deployment none --replicas=1')).map(([, , kind]) => kind)).toEqual(['answeredRefused'])
  })
})

describe('what only a later hop shows', () => {
  it('is told the same, whenever the trace was looked at; and what was given stays as it was', () => {
    const told = (looks: boolean) => {
      const { trace } = listed('etcd')
      let length = trace.length
      const growing = {
        ...trace,
        get length() {
          return length
        },
      }
      const given: string[] = []
      if (looks)
        for (length = 1; length < trace.length; length++) {
          const moments = momentsOf(growing, 0, 'six-steps')
          const before = moments.map((m) => m.kind).join()
          length++
          momentsOf(growing, 0, 'six-steps')
          length--
          expect(moments.map((m) => m.kind).join()).toBe(before)
          given.push(before.split(',').at(-1)!)
        }
      return { kinds: momentsOf(growing, 0, 'six-steps').map((m) => m.kind), given }
    }
    const { kinds, given } = told(true)
    expect(kinds).toEqual(told(false).kinds)
    expect(kinds.at(-1)).toBe('answeredRead')
    expect(given).toContain('answeredReadMidway')
  })
})
