// Serves the built page on loopback. `--port N` (default 4173), `--no-build` to serve dist as it is.
import { execFileSync } from 'node:child_process'
import { build, preview } from 'vite'

const options = process.argv.slice(2)
const portAt = options.indexOf('--port')
const port = portAt >= 0 ? Number(options[portAt + 1]) : 4173
if (!Number.isInteger(port) || port < 1 || port > 65535) {
  console.error(`--port takes a number from 1 to 65535, not ${options[portAt + 1]}`)
  process.exit(2)
}
if (!options.includes('--no-build')) {
  execFileSync('npm', ['run', '--silent', 'generate'], { stdio: 'inherit' })
  await build({ logLevel: 'warn' })
}
try {
  await preview({ preview: { host: '127.0.0.1', port, strictPort: true } })
} catch (error) {
  console.error(`cannot serve on 127.0.0.1:${port}: ${error.message}. Choose another port: npm start -- --port ${port + 1}`)
  process.exit(1)
}
console.log(`Apiscope is at http://127.0.0.1:${port}/  (Ctrl-C ends it)`)
