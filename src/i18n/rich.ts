// The little markup of messages: `{fact}` is filled in, `code` and *strong* are set apart, names of components are marked for their colour.

export type RichPart =
  | { readonly as: 'text' | 'code' | 'strong'; readonly text: string }
  | { readonly as: 'component'; readonly text: string; readonly component: ComponentName }

export type ComponentName = 'apiserver' | 'etcd' | 'scheduler' | 'controllers' | 'kubelet' | 'runtime'

const COMPONENTS: Readonly<Record<string, ComponentName>> = {
  'kube-apiserver': 'apiserver',
  'kube-scheduler': 'scheduler',
  'kube-controller-manager': 'controllers',
  'container runtime': 'runtime',
  '컨테이너 런타임': 'runtime',
  kubelet: 'kubelet',
  etcd: 'etcd',
}
const MARKS = new RegExp(`\`([^\`]*)\`|\\*([^*]*)\\*|(${Object.keys(COMPONENTS).join('|')})(?![\\w-])`, 'g')

/** The parts of a message, its `{placeholders}` filled. A fact that is missing leaves nothing. */
export function rich(message: string, facts: Readonly<Record<string, string | undefined>>): readonly RichPart[] {
  const parts: RichPart[] = []
  let at = 0
  for (const match of message.matchAll(MARKS)) {
    push(parts, 'text', fill(message.slice(at, match.index), facts))
    const [whole, code, strong, component] = match
    if (component !== undefined) parts.push({ as: 'component', text: component, component: COMPONENTS[component]! })
    else push(parts, code === undefined ? 'strong' : 'code', fill(code ?? strong ?? '', facts).trim())
    at = match.index + whole.length
  }
  push(parts, 'text', fill(message.slice(at), facts))
  return parts
}

export function fill(message: string, facts: Readonly<Record<string, string | undefined>>): string {
  return message.replace(/\{(\w+)\}/g, (_, name: string) => facts[name] ?? '')
}

/** The message without its markup: for headings, names and live regions. */
export function plain(message: string, facts: Readonly<Record<string, string | undefined>>): string {
  return rich(message, facts)
    .map((part) => part.text)
    .join('')
    .replace(/\s+/g, ' ')
    .trim()
}

function push(parts: RichPart[], as: 'text' | 'code' | 'strong', text: string): void {
  if (text !== '') parts.push({ as, text })
}
