// What changed between two texts, line by line.

export interface DiffLine {
  readonly mark: ' ' | '+' | '-' | '…'
  readonly text: string
}

/** The longest common lines stay; far from a change they are folded to one `…`. */
export function diffLines(before: readonly string[], after: readonly string[], context = 2): readonly DiffLine[] {
  const length = commonLengths(before, after)
  const lines: DiffLine[] = []
  let i = 0
  let j = 0
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      lines.push({ mark: ' ', text: after[j]! })
      i++
      j++
    } else if (j === after.length || (i < before.length && length[i + 1]![j]! >= length[i]![j + 1]!))
      lines.push({ mark: '-', text: before[i++]! })
    else lines.push({ mark: '+', text: after[j++]! })
  }
  return fold(lines, context)
}

function commonLengths(before: readonly string[], after: readonly string[]): readonly (readonly number[])[] {
  const length = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0))
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      length[i]![j] = before[i] === after[j] ? length[i + 1]![j + 1]! + 1 : Math.max(length[i + 1]![j]!, length[i]![j + 1]!)
  return length
}

/** Keeps what is near a change, and the lines that say under which field a change is. */
function fold(lines: readonly DiffLine[], context: number): readonly DiffLine[] {
  const kept = lines.map((line) => line.mark !== ' ')
  lines.forEach((line, at) => {
    if (line.mark === ' ') return
    for (let near = Math.max(0, at - context); near <= Math.min(lines.length - 1, at + context); near++) kept[near] = true
    let indent = indentOf(line.text)
    for (let above = at - 1; above >= 0 && indent > 0; above--) {
      if (indentOf(lines[above]!.text) >= indent) continue
      indent = indentOf(lines[above]!.text)
      kept[above] = true
    }
  })
  return lines.flatMap((line, at) => (kept[at] ? [line] : at === 0 || kept[at - 1] ? [{ mark: '…' as const, text: '' }] : []))
}

function indentOf(text: string): number {
  return text.search(/[^ ]/)
}
