// curl to the API server: method, headers, body, -i, and the streamed answer of a watch.
// Leaves out: TLS verification (an expired certificate of the server is noticed), -T, cookies, everything not HTTP.
// Upstream: curl(1); apiserver pkg/endpoints/handlers/negotiation (`pretty` for curl's User-Agent)

import type { HttpResponse, Json, JsonObject } from '../../engine/index'
import { own } from '../../engine/index'
import { CommandError, type CommandContext } from '../context'
import { next, open, print, printError, Unreachable, type Step } from '../effects'
import { jsonText } from '../printers/jsonText'

/** By each name of an option, what it is. */
const byName = (names: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(names).flatMap(([what, list]) => list.split(' ').map((name) => [name, what])))

/** `accepted`: what it says makes no difference here. */
const VALUED = byName({
  method: '-X --request',
  header: '-H --header',
  data: '-d --data',
  raw: '--data-raw',
  binary: '--data-binary',
  json: '--json',
  agent: '-A --user-agent',
  bearer: '--oauth2-bearer',
  url: '--url',
  output: '-o --output',
  writeOut: '-w --write-out',
  accepted: '--cacert --cert -E --key',
})
const PLAIN = byName({
  insecure: '-k --insecure',
  include: '-i --include',
  head: '-I --head',
  get: '-G --get',
  fail: '-f --fail',
  accepted: '-s --silent -S --show-error -N --no-buffer -L --http2 --http1.1',
})

const EXPIRED = `curl: (60) SSL certificate problem: certificate has expired
More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the webpage mentioned above.
`

interface Options {
  url?: string
  readonly on: Set<string>
  readonly headers: Record<string, string>
  method?: string
  /** What is printed behind the answer. */
  writeOut: string
  data: string[]
}

export function* curl(words: readonly string[], context: CommandContext): Step<number> {
  try {
    return yield* exchange(readOptions(words, context), context)
  } catch (error) {
    if (error instanceof Unreachable) {
      if (error.message.includes('x509')) {
        yield* printError(EXPIRED)
        return 60
      }
      const host = new URL(context.serverUrl)
      yield* printError(
        `curl: (7) Failed to connect to ${host.hostname} port ${host.port || '443'} after 0 ms: Could not connect to server\n`,
      )
      return 7
    }
    if (!(error instanceof CommandError)) throw error
    yield* printError(error.message)
    return error.exitCode
  }
}

function* exchange(options: Options, context: CommandContext): Step<number> {
  let path = pathIn(options.url!, context.serverUrl)
  const body = options.data.join('&')
  const hasBody = options.data.length > 0 && !options.on.has('get')
  if (options.on.has('get') && options.data.length > 0) path += `${path.includes('?') ? '&' : '?'}${body}`
  const method = options.method ?? (hasBody ? 'POST' : options.on.has('head') ? 'HEAD' : 'GET')
  const defaults = {
    accept: '*/*',
    'user-agent': 'curl/8.14.1',
    ...(hasBody ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
  }
  const headers = { ...defaults, ...options.headers }
  const { stream, response } = yield* open({ method, path, headers, ...(hasBody ? { body } : {}), insecure: options.on.has('insecure') })
  if (options.on.has('fail') && response.status >= 400) {
    yield* print(writtenOut(options, response))
    yield* printError(`curl: (22) The requested URL returned error: ${response.status}\n`)
    return 22
  }
  const quiet = options.on.has('discard')
  if (!quiet && (options.on.has('include') || options.on.has('head'))) yield* print(headText(response))
  if (stream === null) {
    if (!quiet && method !== 'HEAD') yield* print(bodyText(response.body, isPretty(path, headers['user-agent'])))
    yield* print(writtenOut(options, response))
    return 0
  }
  for (;;) {
    const piece = yield* next(stream)
    if (piece === null) return 0
    if (typeof piece === 'string') yield* print(piece)
    else if (!('timeout' in piece)) yield* print(`${jsonText(piece as unknown as JsonObject, 0)}\n`)
  }
}

function readOptions(words: readonly string[], { files }: CommandContext): Options {
  const options: Options = { on: new Set(), headers: Object.create(null) as Record<string, string>, writeOut: '', data: [] }
  for (let i = 0; i < words.length; i++) {
    let word = words[i]!
    // `-sk`, `-XPOST`: short options in one word.
    while (/^-[^-]./.test(word) && own(PLAIN, word.slice(0, 2))) {
      options.on.add(own(PLAIN, word.slice(0, 2))!)
      word = `-${word.slice(2)}`
    }
    const glued = /^-[^-]./.test(word) && own(VALUED, word.slice(0, 2)) !== undefined
    const name = glued ? word.slice(0, 2) : word
    const [plain, valued] = [own(PLAIN, name), own(VALUED, name)]
    if (plain !== undefined) options.on.add(plain)
    else if (valued !== undefined) {
      const value = glued ? word.slice(2) : words[++i]
      if (value === undefined)
        throw new CommandError(`curl: option ${name}: requires parameter\ncurl: try 'curl --help' for more information\n`, 2)
      take(options, valued, value, files)
    } else if (name.startsWith('-'))
      throw new CommandError(
        `apiscope: curl's ${name} is not modelled; ${[...Object.keys(VALUED), ...Object.keys(PLAIN)].join(' ')} are\n`,
        2,
      )
    else options.url ??= name
  }
  if (options.url === undefined) throw new CommandError("curl: (2) no URL specified\ncurl: try 'curl --help' for more information\n", 2)
  return options
}

function take(options: Options, what: string, value: string, files: Readonly<Record<string, string>>): void {
  if (what === 'method') options.method = value
  else if (what === 'url') options.url = value
  else if (what === 'agent') options.headers['user-agent'] = value
  else if (what === 'bearer') options.headers.authorization = `Bearer ${value}`
  else if (what === 'header') {
    const colon = value.indexOf(':')
    if (colon > 0) options.headers[value.slice(0, colon).trim().toLowerCase()] = value.slice(colon + 1).trim()
  } else if (what === 'writeOut') options.writeOut = value
  else if (what === 'output') {
    if (value !== '/dev/null') throw new CommandError("apiscope: curl's -o is modelled for /dev/null alone: the answer is printed\n", 2)
    options.on.add('discard')
  } else if (what !== 'accepted') {
    const file = value.startsWith('@') && what !== 'raw' ? value.slice(1) : null
    const text = file === null ? value : own(files, file)
    if (text === undefined)
      throw new CommandError(`curl: option ${what === 'json' ? '--json' : '-d'}: error encountered when reading a file\n`, 26)
    // --data drops the newlines of a file, as curl does; --data-binary and --json keep them.
    options.data.push(file !== null && what === 'data' ? text.replace(/[\r\n]/g, '') : text)
    if (what === 'json')
      Object.assign(options.headers, { 'content-type': 'application/json', accept: 'application/json', ...options.headers })
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

/** The text of -w. Throws for a variable that is not known here. */
function writtenOut({ writeOut }: Options, { status }: HttpResponse): string {
  return writeOut
    .replace(/\\([ntr])/g, (_, letter: string) => ESCAPES[letter]!)
    .replace(/%\{(\w+)\}/g, (_, name: string) => {
      if (name === 'http_code' || name === 'response_code') return String(status)
      throw new CommandError(`apiscope: curl's %{${name}} is not modelled; %{http_code} is\n`, 2)
    })
}

/** The path and query of a URL of this server; throws curl's words for any other host. */
function pathIn(url: string, serverUrl: string): string {
  const local = url.replace(/^(?:\$APISERVER|\$\{APISERVER\})/, '')
  if (local === '' || local.startsWith('/')) return local || '/'
  const [, scheme, host = '', path = ''] = /^(?:(https?):\/\/)?([^/?]+)(.*)$/.exec(url) ?? []
  const here = [serverUrl.replace(/^https?:\/\//, ''), 'localhost:6443', 'kubernetes.default.svc', 'kubernetes.default.svc:443']
  if (!here.includes(host)) throw new CommandError(`curl: (6) Could not resolve host: ${host.replace(/:\d+$/, '')}\n`, 6)
  if (scheme !== 'https') throw new CommandError('Client sent an HTTP request to an HTTPS server.\n', 0)
  return path === '' ? '/' : path.startsWith('?') ? `/${path}` : path
}

function isPretty(path: string, agent: string): boolean {
  const asked = /[?&]pretty(?:=([^&]*))?(?:&|$)/.exec(path)
  return asked ? !['0', 'false'].includes(asked[1] ?? '') : /^(?:curl|Wget|Mozilla)/.test(agent)
}

function bodyText(body: Json | undefined, pretty: boolean): string {
  if (body === undefined) return ''
  if (typeof body === 'string') return body
  return pretty ? jsonText(body, 2) : `${jsonText(body, 0)}\n`
}

function headText({ status, headers }: HttpResponse): string {
  return `HTTP/2 ${status} \n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('')}\n`
}
