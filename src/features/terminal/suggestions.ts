// What the command line offers: a ghost of a likely line, and a few ready ones.

const CREATE_BODY = '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"api"},"spec":{"containers":[{"name":"api","image":"nginx"}]}}'
const CURL_CREATE = `curl -k -X POST https://127.0.0.1:6443/api/v1/namespaces/default/pods -H 'Content-Type: application/json' -d '${CREATE_BODY}'`

const LINES = [
  'kubectl run web --image=nginx',
  'kubectl get pods',
  'kubectl get pods -o wide',
  'kubectl get pods -w',
  'kubectl get nodes',
  'kubectl describe pod web',
  'kubectl delete pod web',
  'kubectl logs web',
  'kubectl auth can-i create pods',
  CURL_CREATE,
  'etcdctl get --prefix /registry/pods/',
]

/** Lines shown as buttons; the text of the button is the line, or a short form of it. */
export const CHIPS: readonly { readonly text: string; readonly line: string }[] = [
  { text: 'kubectl get pods', line: 'kubectl get pods' },
  { text: 'curl -X POST …/pods', line: CURL_CREATE },
]

/** The line that what is typed may become: from the reader's own history first. Null when there is none. */
export function suggestion(typed: string, history: readonly string[]): string | null {
  if (typed === '') return history.length === 0 ? LINES[0]! : null
  return (
    [...history]
      .reverse()
      .concat(LINES)
      .find((line) => line.startsWith(typed) && line !== typed) ?? null
  )
}
