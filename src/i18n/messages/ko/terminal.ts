import type { TerminalMessages } from '../en/terminal'

export const terminal: TerminalMessages = {
  commandLine: '명령줄',
  run: '실행',
  terminal: '터미널',
  output: 'kubectl 출력',
  nothingYet: 'kubectl의 출력이 실제 터미널과 똑같이 여기에 나타납니다.',
  running: '실행 중, Ctrl-C로 끝냅니다',
  exitStatus: '종료 코드 {code}',
  copy: '복사',
  copied: '복사됨',
}
