import { describe, expect, it } from 'vitest'
import run from '../../../conformance/kubectl/run.json'
import getOutput from '../../../conformance/kubectl/get-output.json'
import configmaps from '../../../conformance/kubectl/configmaps.json'
import deletes from '../../../conformance/kubectl/delete.json'
import type { Effect, Json, JsonObject, ProgramRequest, Reply } from '../../engine/index'
import type { ResourceInfo } from '../context'
import { LAST_APPLIED } from '../lastApplied'
import { commandProgram } from './commandProgram'

interface RecordedLine {
  readonly line: string
  readonly requests: readonly { method: string; path: string; body?: unknown; status: number }[]
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

const info = (resource: string, singular: string, kind: string, shortNames: string[] = [], group = ''): ResourceInfo => ({
  group,
  version: 'v1',
  resource,
  singular,
  kind,
  shortNames,
  namespaced: true,
  verbs: [],
})
const resources = [
  info('pods', 'pod', 'Pod', ['po']),
  info('services', 'service', 'Service', ['svc']),
  info('configmaps', 'configmap', 'ConfigMap', ['cm']),
  info('deployments', 'deployment', 'Deployment', ['deploy'], 'apps'),
  info('roles', 'role', 'Role', [], 'rbac.authorization.k8s.io'),
  info('rolebindings', 'rolebinding', 'RoleBinding', [], 'rbac.authorization.k8s.io'),
  info('ingresses', 'ingress', 'Ingress', ['ing'], 'networking.k8s.io'),
  { ...info('namespaces', 'namespace', 'Namespace', ['ns']), namespaced: false },
]
const context = { namespace: 'default', identities: { admin: {}, alice: {} }, files: {}, serverUrl: 'https://127.0.0.1:6443', resources }

type Answer = { status: number; body?: Json } | { chunks: readonly string[] } | 'down'

/** Plays the server: answers each request in turn, and keeps what was asked and printed. */
function play(line: string, answers: readonly Answer[], more: readonly ResourceInfo[] = []) {
  const program = commandProgram(line, { ...context, resources: [...resources, ...more] })()
  const asked: ProgramRequest[] = []
  let stdout = ''
  let stderr = ''
  let step = program.next()
  const reply = (effect: Effect): Reply => {
    if (effect.do === 'print') {
      if (effect.stream === 'stdout') stdout += effect.text
      else stderr += effect.text
    }
    if (effect.do === 'now') return { type: 'now', epoch: 0 }
    if (effect.do === 'next') return { type: 'end' }
    if (effect.do !== 'request' && effect.do !== 'open') return { type: 'done' }
    asked.push(effect.request)
    const answer = answers[asked.length - 1] ?? { status: 404 }
    if (answer === 'down') return { type: 'unreachable', error: 'dial tcp 127.0.0.1:6443: connect: connection refused' }
    if ('chunks' in answer) return { type: 'stream', stream: 1, response: { status: 200, headers: {}, streaming: true } }
    return {
      type: 'response',
      response: { status: answer.status, headers: {}, ...(answer.body === undefined ? {} : { body: answer.body }) },
    }
  }
  while (!step.done) step = program.next(reply(step.value))
  return { exit: step.value, stdout, stderr, asked }
}

const recorded = (file: { lines: readonly unknown[] }, line: string, nth = 0): RecordedLine => {
  const found = (file.lines as readonly RecordedLine[]).filter((one) => one.line === line)[nth]
  if (!found) throw new Error(`no such line: ${line}`)
  return found
}
const status = (code: number, reason: string, message: string, details?: JsonObject): Answer => ({
  status: code,
  body: { kind: 'Status', status: 'Failure', message, reason, code, ...(details ? { details } : {}) },
})
const table: JsonObject = {
  columnDefinitions: ['Name', 'Ready', 'Status', 'Restarts', 'Age'].map((name) => ({ name, priority: 0 })),
  rows: [
    { cells: ['web', '1/1', 'Running', '0', '1s'], object: { metadata: { name: 'web', namespace: 'default', labels: { run: 'web' } } } },
  ],
}
const same = (want: RecordedLine, answers: readonly Answer[]) => {
  const { asked: all, ...got } = play(want.line, answers)
  // The recordings leave discovery out.
  const asked = all.filter(({ path }) => path !== '/api' && path !== '/apis')
  expect(got).toEqual({ exit: want.exit, stdout: want.stdout, stderr: want.stderr })
  expect(asked.map(({ method, path }) => ({ method, path: path.replace(/timeoutSeconds=\d+/, '') }))).toEqual(
    want.requests.map(({ method, path }) => ({ method, path: path.replace(/timeoutSeconds=\d+/, '') })),
  )
  asked.forEach(({ body }, i) => expect(body).toEqual(want.requests[i]!.body))
}

describe('a type that kubectl does not know', () => {
  it('is looked for among what the server serves by now', () => {
    const group = (name: string, resources: readonly JsonObject[]) => ({
      items: [{ metadata: { name }, versions: [{ version: 'v1', resources }] }],
    })
    const crontab = { resource: 'crontabs', responseKind: { kind: 'CronTab' }, scope: 'Namespaced', verbs: ['get'], shortNames: ['ct'] }
    const { asked, stdout } = play('kubectl get ct x -o name', [
      { status: 200, body: group('', []) },
      { status: 200, body: group('stable.example.com', [crontab]) },
      { status: 200, body: { apiVersion: 'stable.example.com/v1', kind: 'CronTab', metadata: { name: 'x' } } },
    ])
    expect(asked.map((r) => r.path)).toEqual(['/api', '/apis', '/apis/stable.example.com/v1/namespaces/default/crontabs/x'])
    expect(stdout).toBe('crontab.stable.example.com/x\n')
  })
})

describe('the lines of a recorded session, with the recorded requests, output and exit code', () => {
  it('run', () => same(recorded(run, 'kubectl run web --image=nginx'), [{ status: 201, body: {} }]))
  it('run of a name that is taken', () =>
    same(recorded(run, 'kubectl run web --image=nginx', 1), [status(409, 'AlreadyExists', 'pods "web" already exists')]))
  it('get pods', () => same(recorded(run, 'kubectl get pods'), [{ status: 200, body: table }]))
  it('get pods when there are none', () => same(recorded(run, 'kubectl get pods', 1), [{ status: 200, body: { ...table, rows: [] } }]))
  it('get of a missing Pod', () => same(recorded(run, 'kubectl get pod nope'), [status(404, 'NotFound', 'pods "nope" not found')]))
  it('get --raw, whatever the server writes', () => {
    expect(play('kubectl get --raw /livez', [{ status: 200, body: 'ok' }]).stdout).toBe('ok')
    expect(play('kubectl get --raw /api/v1/x', [{ status: 200, body: { a: '<' } }]).stdout).toBe('{"a":"\\u003c"}\n')
  })
  it('get -o name', () =>
    same(recorded(run, 'kubectl get pods web -o name'), [
      { status: 200, body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' } } },
    ]))
  it('get --no-headers', () => same(recorded(getOutput, 'kubectl get pods --no-headers'), [{ status: 200, body: table }]))
  it('get of an unknown type', () => same(recorded(getOutput, 'kubectl get nothing'), []))
  it('get of nothing at all', () => same(recorded(getOutput, 'kubectl get'), []))
  it('get with a name in both forms', () => same(recorded(getOutput, 'kubectl get pod/web svc'), []))
  it('get -o wat', () => same(recorded(getOutput, 'kubectl get pods -o wat'), [{ status: 200, body: { items: [] } }]))
  it('get with a field selector that the server refuses', () =>
    same(recorded(getOutput, 'kubectl get pods --field-selector=spec.foo=bar'), [
      status(400, 'BadRequest', 'field label not supported: spec.foo'),
    ]))
  it('get -o jsonpath with a range', () =>
    same(recorded(getOutput, `kubectl get pods -o jsonpath='{range .items[*]}{.metadata.name}{"\\t"}{.status.phase}{"\\n"}{end}'`), [
      { status: 200, body: { items: [{ metadata: { name: 'web' }, status: { phase: 'Running' } }] } },
    ]))
  it('delete waits until the object is gone', () =>
    same(recorded(run, 'kubectl delete pod web --grace-period=1'), [
      { status: 200, body: { metadata: { uid: 'u' } } },
      { status: 200, body: { metadata: { uid: 'u' } } },
      { chunks: [] },
    ]))
  it('delete --force', () => same(recorded(deletes, 'kubectl delete pod c --force'), [{ status: 200, body: {} }, { status: 404 }]))
  it('delete --dry-run=client', () => same(recorded(deletes, 'kubectl delete pod x --dry-run=client'), []))
  it('delete of all when there are none', () =>
    same(recorded(deletes, 'kubectl delete pods --all'), [{ status: 200, body: { items: [] } }]))
  it('delete --ignore-not-found looks for it all the same', () =>
    same(recorded(configmaps, 'kubectl delete configmap cfg --ignore-not-found'), [{ status: 404 }, { status: 404 }]))
  it('delete waits for nothing after an error, nor where it may not look, which is none', () => {
    const made = { status: 200, body: { metadata: { uid: 'u' } } }
    const refused = status(403, 'Forbidden', 'no')
    expect(play('kubectl delete pod a b', [made, refused])).toMatchObject({ exit: 1, asked: { length: 2 } })
    expect(play('kubectl delete pod a b', [made, made, refused])).toMatchObject({ exit: 0, stderr: '', asked: { length: 3 } })
    expect(play('kubectl delete pod a', [made, status(500, 'InternalError', 'no')])).toMatchObject({ exit: 1, asked: { length: 2 } })
  })
  it('delete without a name', () => same(recorded(deletes, 'kubectl delete pods'), []))
  for (const word of ['yaml', 'json'])
    it(`get -o ${word} prints every byte as Go does`, () => {
      const json = JSON.parse(recorded(getOutput, 'kubectl get pod web -o json').stdout) as JsonObject
      expect(
        play(`kubectl get pod web -o ${word}`, [{ status: 200, body: json }])
          .stdout.split('\n')
          .filter((row) => !/Time|"?startedAt/.test(row)),
      ).toEqual(
        recorded(getOutput, `kubectl get pod web -o ${word}`)
          .stdout.split('\n')
          .filter((row) => !/Time|"?startedAt/.test(row)),
      )
    })
})

describe('flags', () => {
  it('store nothing with --dry-run, however it is said, and nothing with one that says neither', () => {
    for (const flag of ['--dry-run', '--dry-run=client', '--dry-run=true'])
      expect(play(`kubectl run web --image=nginx ${flag}`, [])).toMatchObject({ exit: 0, stdout: 'pod/web created (dry run)\n', asked: [] })
    const { asked, stderr } = play('kubectl run web --image=nginx --dry-run=clinet', [])
    expect(asked).toEqual([])
    expect(stderr).toBe('error: Invalid dry-run value (clinet). Must be "none", "server", or "client".\n')
  })

  it('are those of the command below: a restart has no dry run', () => {
    expect(play('kubectl rollout restart deployment/web --dry-run=client', [])).toMatchObject({
      stderr: "unknown flag: --dry-run\nSee 'kubectl rollout restart --help' for usage.\n",
      asked: [],
    })
    expect(play('kubectl create cronjob tick', []).stderr).toBe('required flag(s) "image", "schedule" not set\n')
  })
})

describe('files', () => {
  it('have what is known handled, and tell of the rest at the end', () => {
    const files = ['v1', 'v2'].map((version) => `apiVersion: ${version}\nkind: Pod\nmetadata: {name: ${version}}`).join('\n---\n')
    const { asked, stdout, stderr, exit } = play(`kubectl create -f - <<EOF\n${files}\nEOF`, [
      { status: 200, body: { items: [] } },
      { status: 200, body: { items: [{ metadata: { name: '' }, versions: [{ version: 'v1', resources: [servedPods] }] }] } },
      { status: 200, body: { items: [] } },
      { status: 201, body: { metadata: { name: 'v1' } } },
    ])
    expect(asked.map(({ method, path }) => `${method} ${path.split('?')[0]}`)).toEqual([
      'GET /api',
      'GET /apis',
      'GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions',
      'POST /api/v1/namespaces/default/pods',
    ])
    expect([exit, stdout]).toEqual([1, 'pod/v1 created\n'])
    expect(stderr).toContain('no matches for kind "Pod" in version "v2"')
  })

  it('are not sent when their metadata cannot be read', () => {
    const { asked, stderr } = play(
      `kubectl apply -f - <<EOF\napiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {expose: yes}}\nEOF`,
      [],
    )
    expect(asked).toEqual([])
    expect(stderr).toBe(
      'error: unable to decode "STDIN": json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string\n',
    )
  })

  it('of a kind that kubectl was not built with are applied by a JSON merge patch', () => {
    const live = { metadata: { name: 'c', annotations: { [LAST_APPLIED]: '{"spec":{"old":1,"list":[1]}}' } }, spec: { old: 1, list: [1] } }
    const tab = { ...info('crontabs', 'crontab', 'CronTab', [], 'example.com') }
    const { asked, stdout } = play(
      'kubectl apply -f - <<EOF\napiVersion: example.com/v1\nkind: CronTab\nmetadata: {name: c}\nspec: {list: [1, 2]}\nEOF',
      [
        { status: 200, body: live },
        { status: 200, body: live },
      ],
      [tab],
    )
    const patch = asked.at(-1)!
    expect(patch.headers?.['content-type']).toBe('application/merge-patch+json')
    expect((patch.body as JsonObject).spec).toEqual({ old: null, list: [1, 2] })
    expect(stdout).toBe('crontab.example.com/c configured\n')
  })
})

describe('what the server refuses', () => {
  const deployment = { metadata: { name: 'web' }, spec: { template: { spec: { containers: [{ name: 'web', image: 'nginx:1' }] } } } }
  const forbidden = status(403, 'Forbidden', 'deployments.apps "web" is forbidden: no')

  it('is told by set image and rollout in words of their own, for each that they change', () => {
    const image = (names: string, answers: readonly Answer[]) => play(`kubectl set image ${names} web=nginx:2`, answers)
    const found = { status: 200, body: deployment }
    const text = 'failed to patch image update to pod template: deployments.apps "web" is forbidden: no\n'
    expect(image('deployment/web', [found, forbidden])).toMatchObject({ exit: 1, stderr: `error: ${text}` })
    expect(image('deployment/web deployment/api', [found, found, forbidden, forbidden]).stderr).toBe(text + text)
    expect(play('kubectl rollout restart deployment/web', [found, forbidden]).stderr).toBe(
      'error: failed to patch: deployments.apps "web" is forbidden: no\n',
    )
    expect(play('kubectl rollout restart deployment/web deployment/api', [found, found, forbidden, forbidden])).toMatchObject({
      asked: { length: 4 },
      stderr: 'failed to patch: deployments.apps "web" is forbidden: no\n'.repeat(2),
    })
  })

  it('has its colon where no field is named, and each cause once', () => {
    const invalid = (details: JsonObject) => play('kubectl get pod web', [status(422, 'Invalid', 'all of it', details)]).stderr
    expect(invalid({ kind: 'pods', name: 'web', causes: [{ message: 'no' }] })).toBe('The pods "web" is invalid: : no\n')
    const twice = { field: 'a', message: 'b' }
    expect(invalid({ kind: 'Pod', name: 'x', causes: [twice, twice, { field: 'c', message: 'd' }] })).toBe(
      'The Pod "x" is invalid: \n* a: b\n* c: d\n',
    )
    expect(invalid({ causes: [{ field: 'patch', message: 'unknown' }] })).toBe('The request is invalid: patch: unknown\n')
    expect(invalid({})).toBe('The request is invalid: all of it\n')
  })
})

const servedPods = { resource: 'pods', responseKind: { kind: 'Pod' }, singularResource: 'pod', scope: 'Namespaced', verbs: ['create'] }

describe('create', () => {
  const made = (line: string) => play(line, [{ status: 201, body: { metadata: { name: 'x' } } }]).asked[0]!.body as JsonObject

  it('makes a rule for each API group, of short names, subresources and names', () => {
    const { rules } = made('kubectl create role x --verb=get,list,get --resource=po/log,deploy,svc --resource-name=a')
    expect(rules).toEqual([
      { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods/log', 'services'], resourceNames: ['a'] },
      { verbs: ['get', 'list'], apiGroups: ['apps'], resources: ['deployments'], resourceNames: ['a'] },
    ])
  })

  it('keeps the paths of a host together, and the hosts of a Secret', () => {
    const { spec } = made('kubectl create ingress x --rule=a.io/=s:80,tls=t --rule=a.io/b*=s:http --rule=b.io/=s:80,tls=t')
    const backend = (port: JsonObject) => ({ service: { name: 's', port } })
    expect(spec).toEqual({
      rules: [
        {
          host: 'a.io',
          http: {
            paths: [
              { path: '/', pathType: 'Exact', backend: backend({ number: 80 }) },
              { path: '/b', pathType: 'Prefix', backend: backend({ name: 'http' }) },
            ],
          },
        },
        { host: 'b.io', http: { paths: [{ path: '/', pathType: 'Exact', backend: backend({ number: 80 }) }] } },
      ],
      tls: [{ hosts: ['a.io', 'b.io'], secretName: 't' }],
    })
  })

  it('binds users, groups and accounts', () => {
    expect(made('kubectl create rolebinding x --role=r --user=u --group=g --serviceaccount=ns:a').subjects).toMatchObject([
      { kind: 'User', name: 'u' },
      { kind: 'Group', name: 'g' },
      { kind: 'ServiceAccount', namespace: 'ns', name: 'a' },
    ])
  })
})

describe('the terminal', () => {
  it('says what bash says of an unknown program', () => {
    const { exit, stderr } = play('foo bar', [])
    expect(exit).toBe(127)
    expect(stderr).toMatch(/^bash: foo: command not found\n/)
  })
  it('says so when the server is down', () => {
    expect(play('k get po', ['down']).stderr).toBe(
      'The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?\n',
    )
  })
  it('never pretends to run a pipe', () => {
    const { exit, asked } = play('kubectl get pods | head', [])
    expect([exit, asked]).toEqual([2, []])
  })
  it('sends what curl would send, and prints the body indented by two', () => {
    const { asked, stdout } = play(`curl -sk -X POST /api/v1/namespaces/default/pods -H 'Content-Type: application/json' -d '{"a":1}'`, [
      { status: 201, body: { kind: 'Pod' } },
    ])
    expect(asked[0]).toMatchObject({
      method: 'POST',
      path: '/api/v1/namespaces/default/pods',
      body: '{"a":1}',
      headers: { 'content-type': 'application/json' },
    })
    expect(stdout).toBe('{\n  "kind": "Pod"\n}')
  })
  it('prints the code that curl is asked to write out, and nothing that goes to /dev/null', () => {
    const { stdout } = play(`curl -sk -o /dev/null -w '%{http_code}\\n' /version`, [{ status: 200, body: { major: '1' } }])
    expect(stdout).toBe('200\n')
    expect(play(`curl -k -w '%{time_total}' /version`, [{ status: 200 }])).toMatchObject({ exit: 2 })
  })
  it('does not reach other hosts with curl', () => {
    expect(play('curl https://example.com/x', [])).toMatchObject({ exit: 6, stderr: 'curl: (6) Could not resolve host: example.com\n' })
  })
  it('reads a here-document', () => {
    const { asked, stdout } = play('kubectl create -f - <<EOF\napiVersion: v1\nkind: Pod\nmetadata:\n  name: x\nEOF', [
      { status: 201, body: {} },
    ])
    expect(asked[0]!.path).toBe('/api/v1/namespaces/default/pods?fieldManager=kubectl-create&fieldValidation=Strict')
    expect(stdout).toBe('pod/x created\n')
  })
})
