import { describe, expect, it } from 'vitest'
import { shortLine } from './shortLine'

describe('a command beside the user', () => {
  it.each([
    ['kubectl run web --image=nginx', 'kubectl run web'],
    ['kubectl get pods -o wide', 'kubectl get'],
    ['curl -k https://127.0.0.1:6443/api/v1/pods', 'curl …/pods'],
    ["curl -X POST -d '{}' 'https://127.0.0.1:6443/api/v1/namespaces?dryRun=All'", 'curl …/namespaces'],
    ['curl -k https://127.0.0.1:6443', 'curl -k'],
  ])('%s', (line, short) => expect(shortLine(line)).toBe(short))
})
