// The dialog of keys.

export const help = {
  heading: 'Keys',
  play: 'play or pause',
  step: 'one step back or forward',
  ends: 'to the start, to the end',
  command: 'to the command line',
  accept: 'take the suggestion',
  history: 'earlier commands',
  interrupt: 'end what is running',
  present: 'present: large type for a projector',
  clicker: 'a clicker’s keys, while presenting',
  leave: 'leave the command line, a menu or presenting',
  show: 'this list',
  close: 'Close',
  model: 'A deterministic model of Kubernetes v1.37.2 in your browser: no server, no account, no request to anywhere.',
}

export type HelpMessages = Readonly<Record<keyof typeof help, string>>
