// Splits a line into words as bash does: quotes, escapes, comments, and a here-document for stdin.
// Leaves out: variables, $(…), globs, redirections, `&&`, `;`; they are reported, never half done.
// Upstream: the bash manual, "Shell Operation"

export interface ShellLine {
  /** One list of words for each command of a pipeline. */
  readonly pipeline: readonly (readonly string[])[]
  /** The text of `<<EOF`. */
  readonly stdin?: string
  /** What the line uses that is not modelled, or an error of syntax as bash says it. */
  readonly problem?: string
}

export function splitLine(text: string): ShellLine {
  const { line, stdin } = takeHereDocument(text)
  const pipeline: string[][] = [[]]
  let word: string | null = null
  const push = () => {
    if (word !== null) pipeline.at(-1)!.push(word)
    word = null
  }
  const stop = (problem: string): ShellLine => ({ pipeline: [], problem })
  for (let i = 0; i < line.length; i++) {
    const c = line[i]!
    if (c === "'") {
      const end = line.indexOf("'", i + 1)
      if (end < 0) return stop("bash: unexpected EOF while looking for matching `''")
      word = (word ?? '') + line.slice(i + 1, end)
      i = end
    } else if (c === '"') {
      word ??= ''
      for (i++; line[i] !== '"'; i++) {
        if (i >= line.length) return stop('bash: unexpected EOF while looking for matching `"\'')
        if (line[i] === '$' && line[i + 1] === '(') return stop(unmodelled('$(…)'))
        if (line[i] === '\\' && '"\\$`\n'.includes(line[i + 1] ?? ' ')) {
          i++
          if (line[i] === '\n') continue
        }
        word += line[i]
      }
    } else if (c === '\\') {
      if (line[i + 1] !== '\n') word = (word ?? '') + (line[i + 1] ?? '')
      i++
    } else if (c === ' ' || c === '\t' || c === '\n') push()
    else if (c === '#' && word === null) break
    else if (c === '`' || (c === '$' && line[i + 1] === '(')) return stop(unmodelled('$(…)'))
    else if (c === '|' && line[i + 1] !== '|') {
      push()
      pipeline.push([])
    } else if ('|&;<>'.includes(c)) return stop(unmodelled(line[i + 1] === c ? c + c : c))
    else word = (word ?? '') + c
  }
  push()
  if (pipeline.length > 1 && pipeline.some((words) => words.length === 0)) return stop("bash: syntax error near unexpected token `|'")
  return { pipeline: pipeline.filter((words) => words.length > 0), ...(stdin === undefined ? {} : { stdin }) }
}

function takeHereDocument(text: string): { line: string; stdin?: string } {
  const start = /<<(-?)\s*(['"]?)(\w+)\2([^\n]*)\n/.exec(text)
  if (!start) return { line: text }
  const rest = text.slice(start.index + start[0].length).split('\n')
  const end = rest.findIndex((row) => (start[1] ? row.trim() : row) === start[3])
  const rows = end < 0 ? rest : rest.slice(0, end)
  return { line: `${text.slice(0, start.index)}${start[4]}`, stdin: rows.map((row) => `${row}\n`).join('') }
}

function unmodelled(what: string): string {
  return `apiscope: ${what} is not modelled in this terminal; type one command at a time`
}
