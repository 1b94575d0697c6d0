// What a reader may have meant by a command that there is none of.
// Upstream: spf13/cobra command.go (SuggestionsFor), cobra.go (ld)

const NEAR = 2

/** Those that are two letters away at the most, or begin so, in the order given. */
export function suggestionsFor(typed: string, names: readonly string[]): readonly string[] {
  const word = typed.toLowerCase()
  return names.filter((name) => name.startsWith(word) || distance(word, name) <= NEAR)
}

/** How many letters are to be put in, taken out or changed. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i)
  for (let i = 1; i <= from.length; i++) {
    const above = row
    row = [i]
    for (let j = 1; j <= to.length; j++)
      row.push(from[i - 1] === to[j - 1] ? above[j - 1]! : 1 + Math.min(above[j]!, row[j - 1]!, above[j - 1]!))
  }
  return row[to.length]!
}
