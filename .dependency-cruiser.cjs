// The arrows of the code base as a table: each folder and what it may import. The import graph itself teaches Kubernetes:
// only the apiserver speaks to etcd, the other components see only a client.

const engine = {
  base: [],
  api: ['base'],
  storage: ['base'],
  flow: ['api', 'base'],
  apiserver: ['flow', 'api', 'base', 'cluster/types'],
  client: ['api', 'base'],
  scheduler: ['client', 'api', 'base'],
  kubelet: ['client', 'api', 'base', 'cluster/types'],
  controllers: ['client', 'api', 'base', 'cluster/types'],
  webhook: ['base'],
  cluster: ['base', 'webhook', 'api', 'storage', 'flow', 'apiserver', 'client', 'scheduler', 'kubelet', 'controllers'],
}
const page = {
  ui: ['i18n'],
  i18n: [],
  kubectl: ['engine'],
  stores: ['engine', 'kubectl'],
  machines: ['engine'],
  features: ['machines', 'stores', 'ui', 'i18n', 'kubectl', 'engine'],
  app: ['features', 'machines', 'stores', 'ui', 'i18n', 'kubectl', 'engine'],
}
const tests = '\\.test\\.tsx?$'
const testHelp = '^src/engine/testing/'

const folder = (root, name) => `^${root}/${name}(/|$)`
const allowOnly = (root, name, allowed) => ({
  name: `${root}/${name}`,
  comment: `${name} may import only ${allowed.join(', ') || 'nothing'} of ${root}`,
  severity: 'error',
  from: { path: folder(root, name), pathNot: [tests] },
  to: { path: `^${root}/`, pathNot: [folder(root, name), ...allowed.map((to) => `^${root}/${to}(/|\\.|$)`)] },
})

module.exports = {
  forbidden: [
    ...Object.entries(engine).map(([name, allowed]) => allowOnly('src/engine', name, allowed)),
    ...Object.entries(page).map(([name, allowed]) => allowOnly('src', name, allowed)),
    {
      name: 'engine-is-alone',
      comment: 'the engine imports nothing of the page',
      severity: 'error',
      from: { path: '^src/engine/', pathNot: [tests, testHelp] },
      to: { path: '^src/(?!engine/)' },
    },
    {
      name: 'engine-libraries',
      comment: 'the engine uses only xstate and small pure libraries',
      severity: 'error',
      from: { path: '^src/engine/', pathNot: [tests, testHelp] },
      to: { path: 'node_modules', pathNot: 'node_modules/(xstate|yaml)/' },
    },
    {
      name: 'front-door',
      comment: 'the page knows the engine by its front door',
      severity: 'error',
      from: { path: '^src/(?!engine/)', pathNot: [tests] },
      to: { path: '^src/engine/', pathNot: ['^src/engine/(index|steps|faults)\\.ts$', '^src/engine/api/yaml/yaml\\.ts$', '\\.json$'] },
    },
    {
      name: 'features-are-apart',
      comment: 'no feature imports another',
      severity: 'error',
      from: { path: '^src/features/([^/]+)/' },
      to: { path: '^src/features/', pathNot: '^src/features/$1/' },
    },
    {
      name: 'react-flow-only-in-the-picture',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/features/diagram/' },
      to: { path: 'node_modules/@xyflow/' },
    },
    {
      name: 'machines-without-react',
      severity: 'error',
      from: { path: '^src/(machines|stores|engine|kubectl)/' },
      to: { path: 'node_modules/react' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '\\?(url|raw)$' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'module', 'default'] },
  },
}
