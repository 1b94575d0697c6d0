// etcdctl from the reader's side: etcd wants a client certificate that only the API server has, so it never gets in.
// Every subcommand answers alike; the texts are those of v3.5 without a client certificate, v3.6's were not compared.
// Upstream: etcd etcdctl/ctlv3, client/v3 (retry_interceptor.go)

import { INTERRUPTED, now, printError, type Step } from '../effects'

/** Waits as long as etcdctl's --command-timeout does by default. */
const TIMEOUT = 5000

export function* etcdctl(): Step<number> {
  const slept = yield { do: 'sleep', for: TIMEOUT }
  if (slept.type === 'interrupted') return INTERRUPTED
  const ts = new Date(yield* now()).toISOString().replace('Z', '000Z')
  const warning = {
    level: 'warn',
    ts,
    logger: 'etcd-client',
    caller: 'v3/retry_interceptor.go:62',
    msg: 'retrying of unary invoker failed',
    target: 'etcd-endpoints://0xc000366a80/127.0.0.1:2379',
    attempt: 0,
    error: 'rpc error: code = DeadlineExceeded desc = latest balancer error: last connection error: connection closed',
  }
  yield* printError(`${JSON.stringify(warning)}\nError: context deadline exceeded\n`)
  return 1
}
