const ROOM = 15

/** As much of a command as has room: its first words; of curl's, the end of the path that it asks for. */
export function shortLine(line: string): string {
  const words = line.split(/\s+/)
  const url = words[0] === 'curl' ? words.find((word) => word.includes('://')) : undefined
  const end = url?.replace(/['"]|[?#].*$/g, '').match(/:\/\/[^/]+.*(\/[^/]+)\/?$/)?.[1]
  if (end) return `curl …${end}`
  let out = ''
  for (const word of words) {
    if (out && out.length + 1 + word.length > ROOM) break
    out = out ? `${out} ${word}` : word
  }
  return out
}
