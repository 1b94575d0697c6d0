// Text in columns as Go's text/tabwriter aligns it: a cell that ends in a tab is as wide as the widest of the cells above and below it.
// Upstream: Go text/tabwriter, with kubectl describe's settings (padding 2, blanks)

const PADDING = 2

/** Lines whose cells are separated by tabs, aligned; a column ends at the first line that lacks it. */
export function alignTabs(text: string): string {
  const lines = text.split('\n').map((line) => line.split('\t'))
  const widths = lines.map((cells) => cells.map(() => 0))
  const columns = Math.max(...lines.map((cells) => cells.length))
  for (let column = 0; column < columns; column++) {
    let start = 0
    while (start < lines.length) {
      if (lines[start]!.length <= column + 1) {
        start++
        continue
      }
      let end = start
      let width = 0
      while (end < lines.length && lines[end]!.length > column + 1) width = Math.max(width, [...lines[end++]![column]!].length)
      for (let i = start; i < end; i++) widths[i]![column] = width + PADDING
      start = end
    }
  }
  return lines.map((cells, i) => cells.map((cell, c) => (c === cells.length - 1 ? cell : cell.padEnd(widths[i]![c]!))).join('')).join('\n')
}
