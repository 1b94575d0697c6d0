import type { OutageMessages } from '../en/outages'

export const outages: OutageMessages = {
  apiserver: '이제 아무도 묻거나 바꿀 수 없고, 어떤 watch도 소식을 전하지 않습니다. 실행 중인 컨테이너는 계속 돕니다.',
  etcd: 'kube-apiserver는 쓸 수 없고, 스스로 갖고 있지 않은 것은 읽을 수도 없습니다. 멤버가 세 개라면 둘은 남아 있어야 합니다.',
  scheduler: '새 Pod를 배치할 주체가 없습니다. Pod는 저장되지만 Pending에 머뭅니다. 실행 중인 Pod는 계속 돕니다.',
  controllers: '원하는 상태와 실제 상태를 비교할 주체가 없습니다. 복제본이 늘지 않고, 정리도 되지 않습니다.',
  kubelet: '컨테이너는 계속 돌지만, 시작하고 멈추고 보고할 주체가 없습니다.',
  runtime: '실행 중인 컨테이너는 계속 돌지만, kubelet은 새로 시작하거나 멈출 수 없습니다.',
  user: '이제 명령을 보낼 사람이 없습니다.',
}
