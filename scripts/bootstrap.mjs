// Writes src/engine/data/bootstrap.json, what a cluster holds before anybody uses it: `node scripts/bootstrap.mjs FOLDER`.
// FOLDER has two recordings: bootstrap.json (what a new API server itself creates, lists by resource) and bootstrap-full.json (what a cluster
// with its controllers holds some seconds later). Of the second only what no modelled part makes is kept, under `byControllers`: whole
// objects with their resource, which replace or join the others where a controller manager runs (src/engine/cluster/bootstrap.ts).
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Resources that src/engine/api/kinds/builtin.ts serves. */
const SERVED = [
  'namespaces',
  'services',
  'flowschemas',
  'prioritylevelconfigurations',
  'priorityclasses',
  'clusterroles',
  'clusterrolebindings',
  'roles',
  'rolebindings',
]
/** Where the recording has another word. */
const RECORDED_AS = { prioritylevelconfigurations: 'prioritylevels' }
const folder = process.argv[2]
if (!folder) {
  console.error('usage: node scripts/bootstrap.mjs FOLDER')
  process.exit(2)
}
const read = async (name) => JSON.parse(await readFile(join(folder, name), 'utf8'))
const own = await read('bootstrap.json')
const full = await read('bootstrap-full.json')

// The server writes the status of these itself.
for (const object of [...own.flowschemas, ...own.prioritylevels]) delete object.status
const out = Object.fromEntries(SERVED.map((resource) => [resource, own[RECORDED_AS[resource] ?? resource].map(bare)]))
out.byControllers = [
  // clusterrole-aggregation-controller
  ...full.aggregatedClusterroles.map((role) => {
    const name = role.name ?? role.metadata.name
    return { resource: 'clusterroles', object: { ...out.clusterroles.find((r) => r.metadata.name === name), rules: role.rules } }
  }),
  // Of the controllers that are not modelled; the modelled ones find theirs. Each namespace's `default` is made by its controller.
  ...full.serviceaccounts
    .filter((a) => a.metadata.name !== 'default')
    .map((object) => ({ resource: 'serviceaccounts', object: bare(object) })),
]
await writeFile('src/engine/data/bootstrap.json', `${JSON.stringify(out)}\n`)

/** Without what the server sets anew. */
function bare(object) {
  const anew = ['uid', 'resourceVersion', 'creationTimestamp', 'managedFields']
  return { ...object, metadata: Object.fromEntries(Object.entries(object.metadata).filter(([field]) => !anew.includes(field))) }
}
