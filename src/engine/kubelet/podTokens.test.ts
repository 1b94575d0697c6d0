import { describe, it, expect } from 'vitest'
import type { Pod } from '../api/kinds/pod/types'
import type { Cluster } from '../cluster/types'
import { ask, get, post } from '../testing/ask'
import { admin, aPod, aWholeCluster, PODS } from '../testing/builders'

const SECOND = 1000
const MINUTE = 60 * SECOND
const pass = (cluster: Cluster, time: number) => void cluster.run({ for: time, throughIdle: true })

/** When the node asked for a token, in seconds since the first time. */
function requests(cluster: Cluster): number[] {
  const times = [...cluster.trace.allRequests()]
    .filter((r) => r.from === 'worker-1' && r.http.path.endsWith('/token'))
    .map((r) => cluster.trace.hop(r.sentAt).at)
  return times.map((at) => Math.round((at - times[0]!) / SECOND))
}

function phase(cluster: Cluster): string | undefined {
  const response = get(cluster, `${PODS}/web`)
  return 'body' in response ? (response.body as unknown as Pod).status.phase : undefined
}

describe('the token of a Pod', () => {
  it('is asked for anew when four fifths of its time are gone, by chance of the seed, until the Pod goes', () => {
    const cluster = aWholeCluster(1)
    post(cluster, PODS, aPod('web'))
    pass(cluster, 100 * MINUTE)
    const times = requests(cluster)
    expect(times.length).toBe(3)
    const due = 0.8 * 3607
    for (const between of [times[1]!, times[2]! - times[1]!]) {
      expect(between).toBeGreaterThanOrEqual(due - 10)
      expect(between).toBeLessThanOrEqual(due + 90)
    }
    ask(cluster, admin, { method: 'DELETE', path: `${PODS}/web` })
    pass(cluster, 60 * MINUTE)
    expect(requests(cluster)).toEqual(times)
  })

  it('keeps its Pod from running while it cannot be had', () => {
    const cluster = aWholeCluster(1)
    const accounts = '/api/v1/namespaces/default/serviceaccounts'
    const bot = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'bot', namespace: 'default' } }
    post(cluster, accounts, bot)
    post(cluster, PODS, aPod('web', { serviceAccountName: 'bot' }))
    ask(cluster, admin, { method: 'DELETE', path: `${accounts}/bot` })
    pass(cluster, 5 * SECOND)
    expect(phase(cluster)).toBe('Pending')
    const events = get(cluster, '/api/v1/namespaces/default/events')
    expect(JSON.stringify('body' in events ? events.body : null)).toMatch(
      /MountVolume.SetUp failed for volume \\"kube-api-access-\w{5}\\" : failed to fetch token: serviceaccounts \\"bot\\" not found/,
    )
    post(cluster, accounts, bot)
    pass(cluster, 10 * SECOND)
    expect(phase(cluster)).toBe('Running')
  })
})
