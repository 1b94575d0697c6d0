// Command line and terminal.

export const terminal = {
  commandLine: 'Command line',
  run: 'Run',
  terminal: 'Terminal',
  output: 'kubectl output',
  nothingYet: 'What kubectl prints will appear here, word for word as on a real terminal.',
  running: 'running, Ctrl-C ends it',
  exitStatus: 'exit status {code}',
  copy: 'Copy',
  copied: 'Copied',
}

export type TerminalMessages = Readonly<Record<keyof typeof terminal, string>>
