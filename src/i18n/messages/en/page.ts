// The frame of the page: header, settings, playback.

export const page = {
  title: 'Apiscope: see inside the kube-apiserver',
  models: 'models v1.37',
  detail: 'Detail',
  'detail.six-steps': 'Six steps',
  'detail.under-the-hood': 'Under the hood',
  present: 'Present',
  leavePresent: 'Leave',
  theme: 'Theme',
  'theme.light': 'Light',
  'theme.dark': 'Dark',
  'theme.system': 'System',
  language: 'Language',
  identity: 'Identity',
  'identity.admin': 'system:masters, may do everything',
  'identity.alice': 'group developers, may read Pods',
  'identity.bob': 'no group, no rights',
  'identity.nobody': 'sends no credential',
  signedInAs: 'Signed in as',
  reset: 'Reset',
  keys: 'Keys',
  menu: 'Menu',
  narration: 'Narration',
  starting: 'The cluster is starting …',
  broken: 'This part of the page failed. The rest goes on.',
  brokenStart: 'The page could not start.',
  tryAgain: 'Try again',
  startAgain: 'Start again without what was saved',
}

export type PageMessages = Readonly<Record<keyof typeof page, string>>
