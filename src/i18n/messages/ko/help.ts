import type { HelpMessages } from '../en/help'

export const help: HelpMessages = {
  heading: '단축키',
  play: '재생 또는 일시 정지',
  step: '한 단계 뒤로, 앞으로',
  ends: '처음으로, 끝으로',
  command: '명령줄로',
  accept: '제안 받아들이기',
  history: '이전 명령',
  interrupt: '실행 중인 명령 끝내기',
  present: '발표: 프로젝터용 큰 글씨',
  clicker: '발표 중에 쓰는 리모컨 키',
  leave: '명령줄, 메뉴, 발표에서 나가기',
  show: '이 목록',
  close: '닫기',
  model: '브라우저 안에서 도는 Kubernetes v1.37.2의 결정적 모델입니다. 서버도 계정도 없고, 어디에도 요청을 보내지 않습니다.',
}
