import type { NarrationMessages, RefusalMessages, WaitMessages } from '../en/narration'

/** Of what is deleted and has somebody to let it go first. */
const MARKED =
  '`{target}` 오브젝트에 삭제 시각이 적혀 etcd에 리비전 *{revision}* 번으로 저장됩니다. Pod는 kubelet이 멈출 때까지, 다른 오브젝트는 finalizer가 없어질 때까지 남습니다.'

export const narration: NarrationMessages = {
  rest: {
    heading: '조용한 작은 클러스터',
    text: '사용자도 kube-scheduler도 kubelet도 kube-apiserver하고만 이야기합니다. etcd에 접근하는 것은 kube-apiserver뿐입니다. 명령을 입력하고 실행을 누르면 내 요청을 따라갈 수 있습니다.',
  },
  program: { heading: '보낸 것이 없습니다', text: '`{tool}` 명령이 kube-apiserver에 아무것도 묻지 않고 끝났습니다: {message}' },
  sent: {
    heading: '내 요청이 출발합니다',
    text: '`{tool}` 명령이 `{verb} {target}` 요청으로 바뀌어 kube-apiserver로 갑니다. 아직은 전선 위의 글자일 뿐입니다.',
  },
  sentToLook: {
    heading: '{tool} 명령이 먼저 살펴봅니다',
    text: '`{tool}` 명령은 쓰기 전에 지금 어떤 상태인지 묻습니다. `{verb} {target}` 요청을 kube-apiserver로 보내고, 답에 따라 다음 요청을 정합니다.',
  },
  sentToWait: {
    heading: 'kubectl이 사라질 때까지 기다립니다',
    text: '더 시키는 일은 없습니다. `{tool}` 명령은 `{target}` 오브젝트가 아직 있는지만 알려고 `{verb} {target}` 요청을 보냅니다. 실제로 없애는 쪽은 이 명령이 없어도 됩니다.',
  },
  authenticated: {
    heading: '1 · 누가 묻는가?',
    text: 'kube-apiserver가 자격 증명을 보고 *{user}* 사용자임을 확인합니다. 무엇을 해도 되는지는 아직 묻지 않습니다.',
  },
  validated: {
    heading: '2 · 허용되는가, 제대로 쓰였는가?',
    text: '*{user}* 사용자에게 {resource} 리소스의 `{action}` 동작을 허용하는 규칙이 있습니다. 저장할 내용은 이제 디코딩되고, 기본값과 어드미션으로 채워진 뒤 검사를 받습니다.',
  },
  allowed: {
    heading: '2 · 허용되는가?',
    text: '*{user}* 사용자에게 {resource} 리소스의 `{action}` 동작을 허용하는 규칙이 있습니다. 읽기에는 저장할 것이 없으므로 더 검사하지 않습니다.',
  },
  allowedFirst: {
    heading: '2 · 허용되는가?',
    text: '*{user}* 사용자에게 {resource} 리소스의 `{action}` 동작을 허용하는 규칙이 있습니다. 결과는 저장된 오브젝트에 달려 있으므로 먼저 읽습니다.',
  },
  changeChecked: {
    heading: '2 · 바뀐 뒤에도 올바른가?',
    text: '읽어 온 오브젝트의 사본에 변경을 적용합니다. 그 결과를 어드미션이 채우고, 새 오브젝트와 똑같이 검사합니다.',
  },
  deleteChecked: {
    heading: '2 · 지워도 되는가?',
    text: '어드미션 플러그인은 아직 거절할 수 있습니다. 오브젝트 자체는 검사할 것이 없습니다. 곧 사라지거나 삭제 표시가 될 뿐입니다.',
  },
  read: {
    heading: '3 · 이미 무엇이 있는가?',
    text: 'kube-apiserver가 {resource} 데이터를 etcd에서 읽습니다. 다른 구성 요소는 그 안을 볼 수 없습니다.',
  },
  readFresh: {
    heading: '3 · 이미 무엇이 있는가?',
    text: 'kube-apiserver는 etcd에 가장 새로운 리비전만 묻습니다. {resource} 데이터는 자신의 watch 캐시가 그만큼 새로워졌을 때 캐시에서 답합니다.',
  },
  readCache: {
    heading: '3 · 이미 무엇이 있는가?',
    text: 'kube-apiserver가 자신의 watch 캐시에서 답합니다. 이 캐시는 etcd에 걸어 둔 watch 하나로 늘 새로워지며, etcd에는 묻지 않습니다.',
  },
  keyFree: {
    heading: '3 · 이름이 비어 있는가?',
    text: '트랜잭션 하나가 etcd로 갑니다. 같은 이름의 키가 *없을 때만* 저장하라는 조건입니다. 먼저 읽어 볼 필요가 없습니다.',
  },
  written: {
    heading: '4 · 한 번, 기록합니다',
    text: 'etcd에 변경이 리비전 *{revision}* 번으로 확정됩니다. 이제부터 클러스터 전체에서 사실입니다.',
  },
  writtenMarked: {
    heading: '4 · 표시만 되고 아직 남아 있습니다',
    text: MARKED,
  },
  writtenGone: {
    heading: '4 · 키가 사라졌습니다',
    text: 'etcd에서 리비전 *{revision}* 번으로 키가 지워집니다. `{target}` 오브젝트는 이제 기록에만 남습니다.',
  },
  refused: {
    heading: '거부: {reason}',
    text: 'kube-apiserver가 *{stage}* 단계에서 멈추고 *{code}* 코드로 답합니다. 저장된 것은 없습니다.',
  },
  answered: { heading: '응답: {code}', text: 'kube-apiserver가 *{code}* 코드로 답합니다. 이후의 일은 `{tool}` 명령 없이 진행됩니다.' },
  answeredMidway: {
    heading: '응답: {code}',
    text: 'kube-apiserver가 *{code}* 코드로 답합니다. `{tool}` 명령은 아직 끝나지 않았고 여기서부터 이어집니다.',
  },
  answeredRead: {
    heading: '응답: {code}',
    text: 'kube-apiserver가 *{code}* 코드로 답하고, `{tool}` 명령이 받은 것을 출력합니다. 바뀐 것은 아무것도 없습니다.',
  },
  answeredReadMidway: {
    heading: '응답: {code}',
    text: 'kube-apiserver가 *{code}* 코드로 답합니다. `{tool}` 명령은 물어본 것을 받았고, 바뀐 것은 아무것도 없습니다.',
  },
  answeredRefused: {
    heading: '응답: {code} {reason}',
    text: '거부가 서버의 말 그대로 *{user}* 사용자에게 돌아갑니다. 저장된 것이 없으므로 어떤 watch도 이 일을 알리지 않습니다.',
  },
  goneAsHoped: {
    heading: '3 · 바라던 대로 사라졌습니다',
    text: 'kube-apiserver가 찾아보니 `{target}` 오브젝트가 이제 없습니다. `{tool}` 명령은 바로 이것을 기다렸습니다.',
  },
  answeredGone: {
    heading: '응답: {code}, 바라던 대로',
    text: 'kube-apiserver가 *{code}* 코드로 답합니다. `{target}` 오브젝트가 없다는 뜻입니다. 거부된 것은 없습니다. `{tool}` 명령은 사라진 것을 확인했으므로 더 기다리지 않습니다.',
  },
  notThere: {
    heading: '3 · 없습니다',
    text: 'kube-apiserver가 찾아보니 `{target}` 오브젝트가 없습니다. `{tool}` 명령은 그럴 수 있다고 보고 물었으니, 이것은 거부가 아니라 답입니다.',
  },
  answeredToCreate: {
    heading: '응답: {code}, 아직 없음',
    text: '`{tool}` 명령은 `{target}` 오브젝트가 있는지 알고 싶었습니다. 없으니 이제 만듭니다. 만드는 요청도 따로, 같은 관문을 지납니다.',
  },
  answeredNotThere: {
    heading: '응답: {code}, 없음',
    text: 'kube-apiserver가 *{code}* 코드로 답합니다. `{target}` 오브젝트가 없다는 뜻입니다. `{tool}` 명령은 그럴 수 있다고 보았고, 거부된 것은 없습니다.',
  },
  etcdCampaigns: {
    heading: '{part} 투표 요청',
    text: '*{part}* 멤버가 1초 넘게 리더의 소식을 듣지 못했습니다. 임기 *{revision}* 선거에 나서며, 과반의 표가 필요합니다.',
  },
  etcdLeads: {
    heading: '{part} 리더 선출',
    text: '과반이 *{part}* 멤버에 투표했습니다. 임기 *{revision}* 동안 모든 쓰기는 이 멤버의 로그를 거치고, 과반이 저장해야 확정됩니다.',
  },
  etcdStepsDown: {
    heading: '{part} 리더 사임',
    text: '*{part}* 멤버가 과반과 연락이 끊겼습니다. 복제할 수 없는 리더는 답해서는 안 되므로 물러납니다.',
  },
  'fault.stopped': { heading: '{part} 중지', text: '*{part}* 프로세스가 바로 끝납니다. {message}' },
  'fault.nodeDown': {
    heading: '{part} 전원 꺼짐',
    text: '*{part}* 노드의 kubelet, 런타임, 모든 컨테이너가 한꺼번에 사라집니다. Pod는 etcd에 마지막 모습 그대로 남습니다. 보고할 주체가 없기 때문입니다.',
  },
  'fault.cut': {
    heading: '{part} ↔ {peer} 연결 끊김',
    text: '보낸 것은 기다렸다가, 제때 복구되면 순서대로 도착합니다. 새 연결은 30초, 열려 있던 연결은 45초 뒤에 포기합니다.',
  },
  'fault.slow': { heading: '{part} ↔ {peer} 연결 느려짐', text: '모두 순서대로 도착하지만 늦습니다. 느리다고 알려 주는 것은 없습니다.' },
  'repair.stopped': {
    heading: '{part} 다시 시작',
    text: '기억하는 것이 없습니다. 지금 상태를 읽고 거기서부터 일합니다. 복구는 무슨 일이 있었는지가 아니라 지금 어떤지를 묻습니다.',
  },
  'repair.nodeDown': {
    heading: '{part} 전원 복구',
    text: 'kubelet이 시작하고, 실행 중인 컨테이너가 없음을 확인한 뒤, 여기서 돌아야 할 Pod를 읽어 다시 시작합니다.',
  },
  'repair.cut': {
    heading: '{part} ↔ {peer} 연결 복구',
    text: '기다리던 것이 다시 출발합니다. 연결이 끊어졌던 쪽은 새로 열고, watch를 멈춘 곳부터 이어 갑니다.',
  },
  'repair.slow': { heading: '{part} ↔ {peer} 연결 정상', text: '메시지가 평소 시간만큼 걸립니다. 서로 앞지르지 않습니다.' },
  'fault.watch': {
    heading: '{part} 쪽 watch 하나가 조용해짐',
    text: '`{resource}` 변경은 계속 보내지지만 도중에 사라집니다. *{part}* 쪽의 다른 연결은 살아 있어서, 자기가 아는 것을 최신으로 여깁니다.',
  },
  'repair.watch': {
    heading: '{part} 쪽의 조용하던 watch가 끊어짐',
    text: '스트림이 끊긴 것을 알고, 마지막으로 본 리비전부터 다시 엽니다. 놓친 것을 건너뛰지 않습니다.',
  },
  'fault.webhook': {
    heading: '어드미션 webhook 장애',
    text: 'Pod를 저장하기 전에 kube-apiserver는 webhook 서버에 물어봅니다. 이제 그 서버가 거절하거나, 시간이 다 될 때까지 답하지 않습니다.',
  },
  'fault.expired': {
    heading: '인증서 만료',
    text: '*{part}* 인증서의 유효 기간이 지났습니다. 아무도 바꾼 것이 없지만, 확인하는 쪽은 더 이상 믿지 않습니다.',
  },
  'fault.shortage': {
    heading: '{node} 자원 부족',
    text: 'Pod가 아닌 무언가가 머신의 자원을 다 써 버렸습니다. kubelet은 10초마다 살펴보고, Node에 알린 뒤 Pod를 하나씩 내보냅니다.',
  },
  'repair.shortage': {
    heading: '{node} 자원 회복',
    text: 'kubelet은 더 내보내지 않습니다. Pod가 왔다 갔다 하지 않도록 Node의 컨디션은 5분 동안 그대로 둡니다.',
  },
  'repair.webhook': { heading: '어드미션 webhook 복구', text: 'webhook 서버가 묻는 것을 다시 허용합니다.' },
  'repair.expired': { heading: '인증서 갱신', text: '*{part}* 인증서가 다시 유효합니다. 거절당하던 쪽이 다시 시도해 받아들여집니다.' },
  unreachable: { heading: '아무도 답하지 않습니다', text: 'kube-apiserver에 연결할 수 없습니다: {message}' },
  watchOpened: {
    heading: 'watch가 열렸습니다',
    text: '응답이 열린 채로 남습니다. kube-apiserver가 모든 변경을 이벤트로 보내 줍니다.',
  },
  watchEvent: {
    heading: '내 watch로 온 이벤트',
    text: '`{tool}` 명령이 열어 둔 watch로 `{event} {pod}` 이벤트가 옵니다. 다시 물을 필요가 없습니다.',
  },
  schedulerNotified: {
    heading: '스케줄러가 알게 됩니다',
    text: 'kube-scheduler가 오래전에 watch를 열어 두었습니다. 그 위로 `{event} {pod}` 이벤트가 갑니다. 아직 노드가 없는 Pod입니다.',
  },
  scheduled: {
    heading: '스케줄러가 노드를 고릅니다',
    text: 'kube-scheduler가 맞지 않는 노드를 빼고 나머지에 점수를 매겨 *{node}* 노드를 고릅니다. 아직은 스케줄러의 생각일 뿐입니다.',
  },
  unschedulable: {
    heading: '맞는 노드가 없습니다',
    text: 'kube-scheduler가 `{pod}` Pod를 둘 노드를 찾지 못했습니다: {message} Pod는 Pending 상태로 변화를 기다립니다.',
  },
  bindingSent: {
    heading: '스케줄러도 똑같이 요청합니다',
    text: 'kube-scheduler가 *Binding* 요청을 kube-apiserver로 보냅니다. 직접 기록하지도, 직접 실행하지도 않습니다.',
  },
  bindingChecked: {
    heading: '똑같은 두 관문',
    text: '스케줄러의 요청도 *{user}* 이름으로 인증과 유효성 검사를 지납니다. 뒷문은 없습니다.',
  },
  bindingStored: {
    heading: 'Pod에 노드가 생겼습니다',
    text: 'kube-apiserver가 `nodeName` 값을 *{node}* 노드로 정하고, etcd에 리비전 *{revision}* 번으로 저장됩니다.',
  },
  controllerNotified: {
    heading: '컨트롤러가 알게 됩니다',
    text: 'kube-controller-manager는 모든 {kind} 오브젝트를 지켜봅니다. watch 위로 `{event} {pod}` 이벤트가 오고, 담당 컨트롤러가 일을 시작합니다.',
  },
  reconciled: {
    heading: '지금의 상태와 원하는 상태',
    text: '*{controller}* 컨트롤러가 지금의 상태와 원하는 상태를 견줍니다. `{object}` 오브젝트가 원하는 {kind} 수: *{wanted}*, 지금 있는 수: *{there}*.',
  },
  controllerCreates: {
    heading: '컨트롤러도 똑같이 요청합니다',
    text: '*{controller}* 컨트롤러가 자신의 서비스 어카운트로 `{verb} {target}` 요청을 보냅니다. 직접 실행하는 것은 없고, 오브젝트를 기록할 뿐입니다.',
  },
  controllerScales: {
    heading: '컨트롤러가 수를 바꿉니다',
    text: '*{controller}* 컨트롤러가 `replicas: {wanted}` 값을 담아 `{verb} {target}` 요청을 보냅니다. Pod를 만들거나 지우는 것은 다른 컨트롤러의 일입니다.',
  },
  controllerReports: {
    heading: '컨트롤러가 본 것을 적습니다',
    text: '*{controller}* 컨트롤러가 `{verb} {target}` 요청을 보냅니다. spec에는 원하는 상태가, status에는 지금의 상태가 적힙니다.',
  },
  controllerDeletes: {
    heading: '컨트롤러가 삭제합니다',
    text: '*{controller}* 컨트롤러가 `{verb} {target}` 요청을 보냅니다. 직접 멈추는 것은 없습니다. 오브젝트를 맡은 구성 요소가 삭제될 것임을 보게 됩니다.',
  },
  controllerWrites: {
    heading: '컨트롤러가 기록합니다',
    text: '*{controller}* 컨트롤러가 누구나 지나는 관문을 거쳐 `{verb} {target}` 요청을 보냅니다.',
  },
  controllerStored: {
    heading: '다음 오브젝트가 생겼습니다',
    text: '*{controller}* 컨트롤러가 요청한 내용을 etcd가 리비전 *{revision}* 번으로 저장합니다. {resource} 리소스를 지켜보던 구성 요소가 알게 됩니다.',
  },
  controllerScaled: {
    heading: 'replicas {there} → {wanted}',
    text: 'etcd에 리비전 *{revision}* 번으로 저장됩니다. `{target}` 오브젝트가 원하는 수: 전에는 *{there}*, 이제는 *{wanted}*. 담당 컨트롤러가 알게 됩니다.',
  },
  controllerReported: {
    heading: '상태를 기록합니다',
    text: 'etcd에 리비전 *{revision}* 번으로 저장됩니다. 이제 `{target}` 내용이 *{controller}* 컨트롤러가 본 것과 같습니다.',
  },
  controllerUpdated: {
    heading: '변경을 기록합니다',
    text: '*{controller}* 컨트롤러가 요청한 내용을 etcd가 리비전 *{revision}* 번으로 저장합니다. {resource} 리소스를 지켜보던 구성 요소가 알게 됩니다.',
  },
  nodeRegistered: {
    heading: '노드가 등록합니다',
    text: '*{node}* 노드의 kubelet이 자기 Node 오브젝트를 만듭니다. 이때부터 클러스터는 이 노드를 쓸 수 있다고 봅니다.',
  },
  heartbeat: {
    heading: '{node}: 아직 살아 있음',
    text: '*{node}* 노드의 kubelet이 10초마다 하듯 Lease를 갱신합니다. 시각만 알리므로 비용이 거의 들지 않습니다.',
  },
  nodeReported: {
    heading: '{node}: 상태 보고',
    text: '*{node}* 노드의 kubelet이 상태를 보고합니다. 5분마다, 또는 무언가 바뀌었을 때 보냅니다.',
  },
  nodeReady: {
    heading: '{node}: 다시 돌아옴',
    text: '*{node}* 노드의 kubelet이 다시 *Ready* 라고 보고합니다. 누가 시켜서가 아니라, 지금의 상태를 평범한 요청으로 알립니다.',
  },
  nodeNotReady: {
    heading: '{node}: 아무것도 실행할 수 없음',
    text: '*{node}* 노드의 kubelet이 30초째 일을 하지 못합니다: `{message}`. 그래서 노드가 *Ready* 가 아니라고 보고합니다. 이미 실행 중인 것은 계속됩니다.',
  },
  nodeUnknown: {
    heading: '{node}: 소식이 끊김',
    text: '*{controller}* 컨트롤러가 보기에 *{node}* 노드의 Lease가 50초 동안 갱신되지 않았습니다. 죽었는지 끊겼을 뿐인지 알 수 없으므로 *Unknown* 이라고 씁니다.',
  },
  nodeStored: {
    heading: 'Node 오브젝트에 적힙니다',
    text: 'etcd에 리비전 *{revision}* 번으로 저장됩니다. 지금까지는 모두 마지막 보고를 믿었지만, 이제 `kubectl get nodes` 결과에 *{node}* 노드의 상태가 나타납니다.',
  },
  nodeTainted: {
    heading: 'taint가 Pod를 막습니다',
    text: '*{controller}* 컨트롤러가 *{node}* 노드에 taint를 답니다: `{message}`. *NoSchedule* 은 새 Pod를 막고, *NoExecute* 는 toleration 시간(기본 300초)이 지난 Pod를 내보냅니다.',
  },
  nodeUntainted: {
    heading: 'taint를 거둡니다',
    text: '*{node}* 노드의 소식이 다시 들리므로 *{controller}* 컨트롤러가 taint를 거둡니다. 하나도 남지 않으면 다시 Pod가 놓일 수 있습니다.',
  },
  nodeSpared: {
    heading: '아무도 내보내지 않습니다',
    text: '모든 노드가 조용하므로 *{controller}* 컨트롤러는 노드 전부보다 자기 쪽을 의심합니다. *{node}* 노드의 Pod를 내보낼 taint를 거둡니다.',
  },
  podNotReady: {
    heading: '그 노드의 Pod는 준비되지 않은 것으로 봅니다',
    text: '`{pod}` Pod가 아직 실행 중인지 아무도 모릅니다. Service가 요청을 보내지 않도록 *{controller}* 컨트롤러가 준비되지 않음으로 표시합니다.',
  },
  podDisrupted: {
    heading: 'Pod를 내보냅니다',
    text: 'toleration 시간이 끝났습니다. *{controller}* 컨트롤러가 `{pod}` Pod에 이유를 적고 삭제합니다. 죽은 노드에서는 확인해 줄 kubelet이 없어 *Terminating* 으로 남습니다.',
  },
  etcdReplicates: {
    heading: '다른 멤버에게 보냅니다',
    text: '리더인 *{part}* 멤버가 쓰기를 자기 로그의 *{revision}* 번 항목으로 덧붙이고 다른 멤버에게 보냅니다. 아직은 아무 효력이 없습니다.',
  },
  etcdAcknowledged: {
    heading: '과반수가 가졌습니다',
    text: '*{peer}* 멤버가 *{revision}* 번 항목을 디스크에 썼다고 답합니다. 리더와 합쳐 과반수이므로 멤버 하나가 고장 나도 잃지 않습니다.',
  },
  etcdCompacts: {
    heading: 'etcd가 과거를 정리',
    text: 'kube-apiserver가 5분마다 etcd에 지난 차례 이전의 옛 버전을 버리게 합니다. 여기서는 리비전 *{revision}* 시점에 이미 바뀐 버전이 모두 사라집니다. 그보다 앞선 리비전을 요청하면 `410 Expired`를 받습니다.',
  },
  kubeletNotified: {
    heading: 'kubelet이 알게 됩니다',
    text: '*{node}* 노드의 kubelet은 자기 노드의 Pod만 watch 합니다. `{pod}` Pod가 방금 그중 하나가 되어 `{event}` 이벤트로 보입니다.',
  },
  kubeletToldToStop: {
    heading: 'kubelet이 종료를 알게 됩니다',
    text: 'Pod에 삭제 시각이 적혔습니다. *{node}* 노드의 kubelet이 watch로 이를 보고 컨테이너를 멈추기 시작합니다.',
  },
  kubeletReads: {
    heading: 'kubelet이 다시 확인합니다',
    text: '보고하기 전에 *{node}* 노드의 kubelet이 kube-apiserver에 있는 최신 Pod를 읽습니다.',
  },
  statusWaiting: {
    heading: 'kubelet이 먼저 보고합니다',
    text: '무엇이든 시작하기 전에 *{node}* 노드의 kubelet이 보고합니다. 아직 Pending, *ContainerCreating* 상태입니다.',
  },
  statusSandbox: { heading: '샌드박스가 준비되었습니다', text: 'Pod의 샌드박스가 서서 컨테이너를 시작할 수 있다고 kubelet이 보고합니다.' },
  statusRunning: {
    heading: 'kubelet의 보고: Running',
    text: '모든 컨테이너가 시작되었습니다. *{node}* 노드의 kubelet이 *Running* 상태를 저장해 달라고 kube-apiserver에 요청합니다.',
  },
  statusEnded: {
    heading: 'kubelet이 끝을 보고합니다',
    text: '컨테이너가 끝났습니다. *{node}* 노드의 kubelet이 어떻게 끝났는지 보고합니다.',
  },
  statusRejected: {
    heading: 'kubelet이 Pod를 거부합니다: {reason}',
    text: '누가 *{node}* 노드를 골랐든 마지막 결정은 그 노드의 kubelet이 합니다. 받지 않는 이유: {message}. 아무것도 시작하지 않고 Pod를 *Failed* 상태로 보고합니다.',
  },
  statusOther: { heading: '새 상태를 보고합니다', text: '`{part}` 쪽에서 본 `{pod}` Pod의 상태를 평범한 요청으로 보냅니다.' },
  deleteSent: {
    heading: '마지막 삭제',
    text: '`{pod}` Pod에서 실행 중인 것이 더는 없습니다. *{user}* 이름으로 오브젝트를 완전히 지워 달라고 kube-apiserver에 요청합니다.',
  },
  componentChecked: { heading: '똑같은 관문', text: '이 요청도 *{user}* 이름으로 인증과 유효성 검사를 지납니다.' },
  statusStored: {
    heading: '상태가 저장됩니다',
    text: 'kube-apiserver가 보고를 검사하고, etcd에 리비전 *{revision}* 번으로 저장됩니다.',
  },
  deleteMarked: {
    heading: '표시만 되고 아직 남아 있습니다',
    text: MARKED,
  },
  deleteStored: {
    heading: '키가 사라졌습니다',
    text: 'etcd에서 리비전 *{revision}* 번으로 키가 지워집니다. `{pod}` Pod는 이제 기록에만 남습니다.',
  },
  componentAnswered: { heading: '응답: {code}', text: 'kube-apiserver가 누구에게나 그러듯 `{part}` 쪽에 *{code}* 코드로 답합니다.' },
  componentRefused: {
    heading: '거부: {reason}',
    text: '구성 요소도 사람처럼 거부됩니다. kube-apiserver가 *{stage}* 단계에서 `{part}` 쪽에 *{code}* 코드로 답합니다.',
  },
  componentRequest: {
    heading: '이야기 옆의 일',
    text: '`{part}` 쪽에서 kube-apiserver로 `{verb} {target}` 요청을 보냅니다. 스스로를 돌보는 일입니다.',
  },
  selfRequest: {
    heading: 'apiserver가 자신에게 묻습니다',
    text: 'kube-apiserver가 `{verb} {target}` 요청을 자신에게 보냅니다. 다른 요청과 같은 관문을 지나며, 지금 답하고 있는 요청에 딸린 일입니다.',
  },
  eventPosted: {
    heading: '사람을 위한 기록: {reason}',
    text: '`{part}` 쪽에서 `{about}` 오브젝트에 대한 Event를 올립니다: “{message}”. `kubectl describe` 출력에 나올 한 줄이며, 여기에 기대는 구성 요소는 없습니다.',
  },
  eventRepeated: {
    heading: '같은 기록이 또 생겼습니다',
    text: '`{part}` 쪽에서 전에 올린 Event와 같은 일이 다시 일어나 횟수만 올라갑니다.',
  },
  tokenRequested: { heading: 'Pod를 위한 토큰', text: '*{node}* 노드의 kubelet이 Pod 안에 넣어 줄 서비스 어카운트 토큰을 요청합니다.' },
  runtimeSandbox: {
    heading: 'Pod의 샌드박스',
    text: 'kubelet이 컨테이너 런타임에 `{call}` 호출을 보냅니다. Pod의 네트워크와 네임스페이스가 생기고, 컨테이너는 아직 없습니다.',
  },
  runtimePull: {
    heading: '이미지를 가져옵니다',
    text: '컨테이너 런타임이 이미지를 내려받습니다. 이 일에 kube-apiserver는 관여하지 않습니다.',
  },
  runtimeCreate: {
    heading: '컨테이너를 만듭니다',
    text: 'kubelet이 `{call}` 호출을 보냅니다. 컨테이너가 생겼지만 아직 실행되지 않습니다.',
  },
  runtimeStart: {
    heading: '컨테이너가 시작됩니다',
    text: 'kubelet이 `{call}` 호출을 보냅니다. 프로세스는 실행되지만 클러스터는 아직 모릅니다.',
  },
  runtimeResize: {
    heading: '컨테이너의 자원이 바뀝니다',
    text: '*{node}* 노드의 kubelet이 `{call}` 호출을 보냅니다. 컨테이너는 계속 실행되고, 쓸 수 있는 CPU와 메모리가 달라집니다.',
  },
  runtimeStop: { heading: '컨테이너가 멈춥니다', text: '*{node}* 노드의 kubelet이 `{call}` 호출을 보내고 프로세스에 유예 시간을 줍니다.' },
  runtimeStopSandbox: {
    heading: '샌드박스를 거둡니다',
    text: '*{node}* 노드의 kubelet이 `{call}` 호출을 보냅니다. 아직 돌던 것이 끝나고 Pod의 네트워크가 없어집니다.',
  },
  runtimeFailed: { heading: '런타임이 하지 못했습니다', text: '*{node}* 노드에서 `{call}` 호출이 실패했습니다: {message}' },
  containerExited: { heading: '컨테이너가 끝났습니다', text: '*{node}* 노드의 컨테이너 런타임이 kubelet에 프로세스가 끝났다고 알립니다.' },
  etcdAsked: { heading: 'etcd 호출', text: 'kube-apiserver가 하나뿐인 선을 따라 etcd에 `{call}` 호출을 보냅니다.' },
  etcdCommitted: { heading: '확정되었습니다', text: 'etcd에 트랜잭션이 리비전 *{revision}* 번으로 확정됩니다.' },
  etcdEvent: {
    heading: '기록된 것이 다시 올라옵니다',
    text: 'kube-apiserver 자신도 etcd를 watch 합니다. 리비전 *{revision}* 번이 이벤트로 올라와 watch 캐시를 채웁니다.',
  },
  podRunning: {
    heading: 'Pod가 Running 상태입니다',
    text: 'etcd에 *Running* 상태가 리비전 *{revision}* 번으로 저장됩니다. kubelet만 알던 사실을 이제 클러스터 전체가 압니다.',
  },
  'stage.requestInfo': { heading: '무엇을 묻는가?', text: '경로와 메서드가 동사 `{action}` 및 리소스 `{resource}` 정보로 바뀝니다.' },
  'stage.authentication': {
    heading: '인증',
    text: '인증서와 토큰을 차례로 시도합니다. 이제 kube-apiserver가 *{user}* 사용자임을 압니다.',
  },
  'stage.audit': { heading: '감사', text: '감사 정책이 이 요청을 얼마나 기록할지 정합니다. 인가보다 앞에 있어 거부된 요청도 기록됩니다.' },
  'stage.impersonation': {
    heading: '가장(impersonation)',
    text: '다른 사람으로 행동하려는 요청인가요? `impersonate` 권한이 있어야만 할 수 있습니다.',
  },
  'stage.priorityAndFairness': {
    heading: '우선순위와 공정성',
    text: '보낸 이에 따라 줄에서 자리를 받습니다. 한 클라이언트가 다른 이들을 굶기지 못하게 합니다. 어느 단계에도 속하지 않습니다.',
  },
  'stage.authorization': {
    heading: '인가',
    text: '*{user}* 사용자에게 {resource} 리소스의 `{action}` 동작이 허용되는지 Node 인가자와 RBAC에 묻습니다. 첫 번째 허용이면 충분합니다.',
  },
  'stage.decode': { heading: '디코딩', text: '본문이 해당 종류의 오브젝트가 됩니다. 모르는 필드나 잘못된 필드는 여기서 드러납니다.' },
  'stage.defaulting': { heading: '기본값', text: '보낸 이가 적지 않은 필드 중 API가 정해 둔 것은 기본값을 받습니다.' },
  'stage.read': { heading: '읽기', text: 'kube-apiserver가 답하거나 판단하는 데 필요한 것을 읽습니다.' },
  'stage.mutatingAdmission': {
    heading: '어드미션이 빈칸을 채웁니다',
    text: '검사하기 전에 어드미션 플러그인이 정해진 순서대로 오브젝트를 채웁니다.',
  },
  'stage.validation': { heading: '유효성 검사', text: '완성된 오브젝트의 모든 필드를 해당 종류의 규칙에 따라 검사합니다.' },
  'stage.validatingAdmission': {
    heading: '마지막 말은 어드미션이',
    text: '거절만 할 수 있는 플러그인이 완성된 오브젝트를 봅니다. 할당량, Pod 보안, 정책입니다.',
  },
  'stage.compare': { heading: '조건', text: '같은 키가 없을 때만 트랜잭션이 성립합니다. 그래서 둘이 동시에 만들어도 하나만 이깁니다.' },
  'stage.transaction': { heading: '트랜잭션', text: 'etcd에서 답이 왔습니다: {says}' },
  'stage.watchCache': {
    heading: 'watch 캐시',
    text: '새 버전이 kube-apiserver의 watch 캐시에 들어왔습니다. 모든 watch는 여기서 공급됩니다.',
  },
  'stage.respond': { heading: '응답을 씁니다', text: '저장된 그대로의 오브젝트를 클라이언트가 요청한 형식에 담습니다.' },
}

export const refusals: RefusalMessages = {
  401: {
    heading: '거부: 알 수 없는 사용자',
    text: 'kube-apiserver는 누가 묻는지 알 수 없습니다. *401* 코드로 답하고 더 묻지 않습니다.',
  },
  403: {
    heading: '거부: {user} 사용자의 {action} {resource}',
    text: 'kube-apiserver는 {user} 사용자임을 알지만, {resource} 리소스의 `{action}` 동작을 허용하는 규칙이 없습니다. *403* 코드로 답하고 멈춥니다. etcd에는 아무것도 닿지 않습니다.',
  },
  admission: {
    heading: '어드미션의 거부',
    text: '*{user}* 사용자의 권한은 있지만 어드미션 플러그인이 이 오브젝트를 받아들이지 않습니다. *{code}* 코드로 답하고 아무것도 저장하지 않습니다.',
  },
  404: { heading: '거부: 없습니다', text: 'kube-apiserver에 그런 이름으로 된 것이 없어 *404* 코드로 답합니다.' },
  409: {
    heading: '거부: {reason}',
    text: '두 관문은 지났지만 etcd에 이미 있는 것과 맞지 않습니다. 트랜잭션의 조건이 깨져 *409* 코드로 답합니다.',
  },
  componentConflict: {
    heading: '거부: 오래된 사본',
    text: '`{part}` 쪽에서 바꾼 것은 etcd에 있는 것보다 오래된 버전이라 kube-apiserver가 *409* 코드로 답합니다. 다시 읽고 다시 시도하면 되므로, 잠금이 필요 없습니다.',
  },
  422: {
    heading: '거부: 유효하지 않음',
    text: '오브젝트가 그 종류의 규칙에 어긋납니다. kube-apiserver가 잘못된 필드를 모두 짚어 *422* 코드로 답하고 아무것도 저장하지 않습니다.',
  },
  429: {
    heading: '지금은 안 됩니다',
    text: '나중에는 될 수 있지만 지금은 아닙니다. kube-apiserver가 *429* 코드로 답합니다: {message}',
  },
  500: { heading: 'kube-apiserver가 처리하지 못했습니다', text: '필요한 쪽이 제대로 답하지 않았습니다: {message}. 응답은 *500* 입니다.' },
  504: {
    heading: '시간 초과',
    text: 'kube-apiserver가 기다리다 *504* 응답을 보냈습니다. 변경이 되었는지는 알 수 없으니, 다시 시도하기 전에 확인하세요.',
  },
  400: {
    heading: '거부: 이해할 수 없음',
    text: '보낸 내용을 오브젝트로 만들 수 없습니다. kube-apiserver가 *400* 코드로 답하고 어디서 멈췄는지 알려 줍니다.',
  },
}

export const waits: WaitMessages = { seconds: '{count}초 뒤', minutes: '{count}분 뒤' }
