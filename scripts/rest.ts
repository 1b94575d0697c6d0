// Writes public/rest.json, the cluster at rest as the page first draws it (src/stores/rest.ts): `node scripts/run.mjs scripts/rest.ts`,
// before every build. The engine itself is asked, so the file is never older than the model.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createCluster, type Bootstrap } from '../src/engine/index'
import { pageCluster } from '../src/stores/pageCluster'
import { recordRest } from '../src/stores/rest'

const bootstrap = JSON.parse(readFileSync('src/engine/data/bootstrap.json', 'utf8')) as Bootstrap
mkdirSync('public', { recursive: true })
writeFileSync('public/rest.json', JSON.stringify(recordRest(createCluster(pageCluster(bootstrap)))))
