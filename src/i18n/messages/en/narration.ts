// One heading and one or two sentences for each kind of moment. `{fact}` is filled from the trace, `code` and *strong* are set apart,
// names of components take their colour by themselves.

export interface MomentWords {
  readonly heading: string
  readonly text: string
}

/** Of what is deleted and has somebody to let it go first. */
const MARKED =
  'etcd stores a deletion time in `{target}` as revision *{revision}*. A Pod stays until its kubelet has stopped it, anything else until its finalizers are off.'

export const narration = {
  rest: {
    heading: 'A small cluster at rest',
    text: 'You, the kube-scheduler and the kubelets all talk to the kube-apiserver; only it talks to etcd. Type a command and press Run to follow your own request.',
  },
  program: { heading: 'Nothing was sent', text: '`{tool}` ended without asking the kube-apiserver anything: {message}' },
  sent: {
    heading: 'Your request sets out',
    text: '`{tool}` turns the command into `{verb} {target}` and sends it to the kube-apiserver. So far it is only words on a wire.',
  },
  sentToLook: {
    heading: '{tool} looks first',
    text: 'Before it writes, `{tool}` asks how things are: it sends `{verb} {target}` to the kube-apiserver. What it sends next depends on the answer.',
  },
  sentToWait: {
    heading: 'kubectl waits until it is gone',
    text: 'Nothing more is asked for: `{tool}` only wants to know whether `{target}` is still there, and sends `{verb} {target}`. Whoever takes it away needs no `{tool}`.',
  },
  authenticated: {
    heading: '1 · Who is asking?',
    text: 'The kube-apiserver looks at the credentials and finds *{user}*. It does not ask yet what {user} may do.',
  },
  validated: {
    heading: '2 · Allowed, and well formed?',
    text: 'A rule lets *{user}* `{action}` {resource}. Whatever is to be stored is now decoded, given its defaults, completed by admission and checked.',
  },
  allowed: {
    heading: '2 · Allowed?',
    text: 'A rule lets *{user}* `{action}` {resource}. A read stores nothing, so there is nothing more to check.',
  },
  allowedFirst: {
    heading: '2 · Allowed?',
    text: 'A rule lets *{user}* `{action}` {resource}. What comes of it depends on the object as it is stored, so that is read next.',
  },
  changeChecked: {
    heading: '2 · Still well formed?',
    text: 'The change is made on a copy of what was read. Admission completes the result, and it is checked like a new object.',
  },
  deleteChecked: {
    heading: '2 · May it go?',
    text: 'Admission plugins may still object. The object itself needs no checking: it will be gone, or marked for going.',
  },
  read: {
    heading: '3 · What is there already?',
    text: 'The kube-apiserver reads {resource} from etcd. Nobody else may look in there.',
  },
  readFresh: {
    heading: '3 · What is there already?',
    text: 'The kube-apiserver asks etcd only how new it is. Its own watch cache holds the {resource} and answers once it is as new as that.',
  },
  readCache: {
    heading: '3 · What is there already?',
    text: 'The kube-apiserver answers from its own watch cache, which one watch on etcd keeps fresh. etcd itself is not asked.',
  },
  keyFree: {
    heading: '3 · Is the name still free?',
    text: 'One transaction goes to etcd: *only if* no key of this name exists, store the object. Nothing has to be read first.',
  },
  written: {
    heading: '4 · Written down, once',
    text: 'etcd commits the change as revision *{revision}*. From here on it is true for the whole cluster.',
  },
  writtenMarked: {
    heading: '4 · Marked, not yet gone',
    text: MARKED,
  },
  writtenGone: {
    heading: '4 · The key is gone',
    text: 'etcd deletes the key in revision *{revision}*. Only its history remembers `{target}`.',
  },
  refused: { heading: 'Refused: {reason}', text: 'The kube-apiserver stops at *{stage}* and answers *{code}*. Nothing was stored.' },
  answered: { heading: 'The answer: {code}', text: 'The kube-apiserver answers *{code}*. What happens next happens without `{tool}`.' },
  answeredMidway: {
    heading: 'The answer: {code}',
    text: 'The kube-apiserver answers *{code}*. `{tool}` has not ended yet: it goes on from there.',
  },
  answeredRead: {
    heading: 'The answer: {code}',
    text: 'The kube-apiserver answers *{code}*, and `{tool}` prints what it got. Nothing was changed anywhere.',
  },
  answeredReadMidway: {
    heading: 'The answer: {code}',
    text: 'The kube-apiserver answers *{code}*. `{tool}` has what it asked for, and nothing was changed anywhere.',
  },
  answeredRefused: {
    heading: 'The answer: {code} {reason}',
    text: 'The refusal goes back to *{user}* in the server’s own words. Nothing was stored, so no watch tells anybody.',
  },
  goneAsHoped: {
    heading: '3 · It is gone, as hoped',
    text: 'The kube-apiserver finds no `{target}` any more. That is what `{tool}` has been waiting for.',
  },
  answeredGone: {
    heading: 'The answer: {code}, as hoped',
    text: 'The kube-apiserver answers *{code}*, and nobody is refused anything. `{tool}` knows now that `{target}` is gone, and waits for it no longer.',
  },
  notThere: {
    heading: '3 · It is not there',
    text: 'The kube-apiserver finds no `{target}`. `{tool}` had reckoned with that: for it this is an answer, not a refusal.',
  },
  answeredToCreate: {
    heading: 'The answer: {code}, not there yet',
    text: '`{tool}` wanted to know whether `{target}` is there. It is not, so `{tool}` creates it: with a request of its own, through the same gates.',
  },
  answeredNotThere: {
    heading: 'The answer: {code}, not there',
    text: 'The kube-apiserver answers *{code}*: there is no `{target}`. `{tool}` had reckoned with that, and nobody is refused anything.',
  },
  etcdCampaigns: {
    heading: '{part} asks for votes',
    text: '*{part}* has heard no leader for over a second. It stands for election in term *{revision}* and needs the votes of a majority.',
  },
  etcdLeads: {
    heading: '{part} leads',
    text: 'A majority voted for *{part}*: it leads in term *{revision}*. Every write goes through its log and counts once a majority of members has it.',
  },
  etcdStepsDown: {
    heading: '{part} steps down',
    text: '*{part}* has lost touch with the majority. A leader that cannot replicate must not answer, so it leads no more.',
  },
  'fault.stopped': { heading: '{part} is stopped', text: 'The process of *{part}* ends at once. {message}' },
  'fault.nodeDown': {
    heading: '{part} loses power',
    text: 'Kubelet, runtime and all containers of *{part}* are gone at once. Its Pods are still in etcd, and look as they last did: nobody is left to report.',
  },
  'fault.cut': {
    heading: 'The link between {part} and {peer} is cut',
    text: 'What is sent waits and arrives in order if the link is mended in time. A new connection gives up after 30 s, one that stands after 45 s.',
  },
  'fault.slow': {
    heading: 'The link between {part} and {peer} is slow',
    text: 'Everything still arrives, in order, only later. Nobody is told that it is slow.',
  },
  'repair.stopped': {
    heading: '{part} starts again',
    text: 'It remembers nothing. It reads how things are and works on from there: recovery asks what is, not what happened.',
  },
  'repair.nodeDown': {
    heading: '{part} has power again',
    text: 'Its kubelet starts, finds no container running, reads which Pods are meant to run here, and starts them again.',
  },
  'repair.cut': {
    heading: 'The link between {part} and {peer} is mended',
    text: 'What waited goes on its way. Whose connection broke opens it anew and takes its watches up where they ended.',
  },
  'repair.slow': {
    heading: 'The link between {part} and {peer} is fast again',
    text: 'Messages take their usual time; none overtakes another.',
  },
  'fault.watch': {
    heading: 'A watch of {part} falls silent',
    text: 'What changes in `{resource}` is still sent, and lost on the way. All other connections of *{part}* live on: it takes what it knows for the newest.',
  },
  'repair.watch': {
    heading: 'The silent watch of {part} breaks',
    text: '*{part}* hears that the stream is gone and opens it anew, from the last revision that it saw: nothing that it missed is skipped.',
  },
  'fault.webhook': {
    heading: 'The admission webhook goes wrong',
    text: 'Before a Pod is stored, the kube-apiserver asks a webhook server whether it may. From now on that server refuses, or keeps silent until the time is up.',
  },
  'fault.expired': {
    heading: 'A certificate has expired',
    text: 'The certificate of *{part}* is no longer valid. Whoever checks it does not believe it any more, though nobody has changed anything.',
  },
  'fault.shortage': {
    heading: '{node} runs short',
    text: 'Something that is no Pod uses up the machine. The kubelet looks every ten seconds: it will say so on its Node and evict one Pod after the other.',
  },
  'repair.shortage': {
    heading: '{node} has enough again',
    text: 'The kubelet evicts nothing more. The Node keeps its condition for five minutes, lest Pods go back and forth.',
  },
  'repair.webhook': { heading: 'The admission webhook is well again', text: 'Its server allows again what it is asked about.' },
  'repair.expired': {
    heading: 'A certificate is renewed',
    text: '*{part}* has a valid certificate again. Whoever was turned away tries again and is let in.',
  },
  unreachable: { heading: 'Nobody answers', text: 'The kube-apiserver cannot be reached: {message}' },
  watchOpened: {
    heading: 'A watch is open',
    text: 'The answer stays open: the kube-apiserver will send every change along it as an event.',
  },
  watchEvent: {
    heading: 'An event on your watch',
    text: '`{event} {pod}` comes along the watch that `{tool}` opened. Nobody had to ask again.',
  },
  schedulerNotified: {
    heading: 'The scheduler hears of it',
    text: 'The kube-scheduler opened a watch long ago. Along it the kube-apiserver sends `{event} {pod}`: a Pod with no node yet.',
  },
  scheduled: {
    heading: 'The scheduler picks a node',
    text: 'The kube-scheduler drops the nodes that do not fit, scores the others and picks *{node}*. So far this is only its opinion.',
  },
  unschedulable: {
    heading: 'No node fits',
    text: 'The kube-scheduler found no node for `{pod}`: {message} The Pod stays Pending and waits for something to change.',
  },
  bindingSent: {
    heading: 'The scheduler asks, like everyone',
    text: 'The kube-scheduler posts a *Binding* to the kube-apiserver. It writes nothing itself and starts nothing itself.',
  },
  bindingChecked: {
    heading: 'The same two gates',
    text: 'The scheduler’s request passes authentication and validation too, as *{user}*. There is no side door.',
  },
  bindingStored: {
    heading: 'The Pod has a node',
    text: 'The kube-apiserver sets `nodeName` to *{node}* and etcd stores it as revision *{revision}*.',
  },
  controllerNotified: {
    heading: 'The controllers hear of it',
    text: 'The kube-controller-manager watches every {kind}. `{event} {pod}` comes along its watch, and the controller in charge goes to work.',
  },
  reconciled: {
    heading: 'What is, and what should be',
    text: 'The *{controller}* compares what is with what should be: `{object}` asks for *{wanted}* of kind {kind}, and it counts *{there}*.',
  },
  controllerCreates: {
    heading: 'A controller asks, like everyone',
    text: 'The *{controller}* sends `{verb} {target}` under its own service account. It starts nothing itself: it only writes objects.',
  },
  controllerScales: {
    heading: 'A controller scales',
    text: 'The *{controller}* sends `{verb} {target}` with `replicas: {wanted}`. Another controller makes or removes the Pods.',
  },
  controllerReports: {
    heading: 'A controller says what it sees',
    text: 'The *{controller}* sends `{verb} {target}`. The spec says what should be, the status what is.',
  },
  controllerDeletes: {
    heading: 'A controller deletes',
    text: 'The *{controller}* sends `{verb} {target}`. It stops nothing itself: whoever is in charge of the object will see that it is to go.',
  },
  controllerWrites: {
    heading: 'A controller writes',
    text: 'The *{controller}* sends `{verb} {target}`, through the same gates as everyone.',
  },
  controllerStored: {
    heading: 'The next object is there',
    text: 'etcd stores what the *{controller}* asked for as revision *{revision}*. Whoever watches {resource} will hear of it.',
  },
  controllerScaled: {
    heading: 'From {there} to {wanted} replicas',
    text: 'etcd stores it as revision *{revision}*: `{target}` asked for *{there}* before and asks for *{wanted}* now. Its controller will hear of it.',
  },
  controllerReported: {
    heading: 'The status is written down',
    text: 'etcd stores it as revision *{revision}*: `{target}` says now what the *{controller}* sees.',
  },
  controllerUpdated: {
    heading: 'The change is written down',
    text: 'etcd stores what the *{controller}* asked for as revision *{revision}*. Whoever watches {resource} will hear of it.',
  },
  nodeRegistered: {
    heading: 'A node registers',
    text: 'The kubelet on *{node}* creates its own Node object. From here on the cluster counts on it.',
  },
  heartbeat: {
    heading: '{node} is still there',
    text: 'The kubelet on *{node}* renews its Lease, as it does every ten seconds. It says nothing but the time, and costs little.',
  },
  nodeReported: {
    heading: '{node} says how it is',
    text: 'The kubelet on *{node}* reports its status: every five minutes, or when something changed.',
  },
  nodeReady: {
    heading: '{node} is back',
    text: 'The kubelet on *{node}* reports *Ready* again, as an ordinary request. Nobody asked it to: it reports what is.',
  },
  nodeNotReady: {
    heading: '{node} cannot run anything',
    text: 'The kubelet on *{node}* has not been able to work for 30 seconds: `{message}`. So it reports that the node is not *Ready*; what runs there goes on.',
  },
  nodeUnknown: {
    heading: '{node} has fallen silent',
    text: 'The *{controller}* has seen no Lease of *{node}* renewed for 50 seconds. Whether it is dead or only cut off nobody can tell, so it writes *Unknown*.',
  },
  nodeStored: {
    heading: 'The Node object says so',
    text: 'etcd stores it as revision *{revision}*. Until now everybody believed the last report; from here `kubectl get nodes` tells what is known of *{node}*.',
  },
  nodeTainted: {
    heading: 'A taint keeps Pods away',
    text: 'The *{controller}* taints *{node}*: `{message}`. *NoSchedule* keeps new Pods away; *NoExecute* sends Pods away once their toleration, 300 seconds by default, is over.',
  },
  nodeUntainted: {
    heading: 'A taint is lifted',
    text: '*{node}* is heard of again, so the *{controller}* takes a taint back. Pods may be placed there once none is left.',
  },
  nodeSpared: {
    heading: 'Nobody is to be evicted',
    text: 'Every node is silent, so the *{controller}* doubts itself rather than all of them. It takes the taint back that would send the Pods of *{node}* away.',
  },
  podNotReady: {
    heading: 'Its Pod counts as not ready',
    text: 'Nobody knows whether `{pod}` still runs. The *{controller}* marks it not ready, so that no Service sends to it.',
  },
  podDisrupted: {
    heading: 'The Pod is to go',
    text: 'Its toleration is over, so the *{controller}* notes why on `{pod}` and deletes it. On a dead node nobody is left to confirm: it stays *Terminating*.',
  },
  etcdReplicates: {
    heading: 'To the other members',
    text: '*{part}* leads: it appends the write to its log as entry *{revision}* and sends it to the others. So far it counts for nothing.',
  },
  etcdAcknowledged: {
    heading: 'A majority has it',
    text: '*{peer}* has entry *{revision}* on its disk and says so. With the leader that is a majority: no failure of a single member can lose it any more.',
  },
  etcdCompacts: {
    heading: 'etcd forgets the past',
    text: 'Every five minutes the kube-apiserver has etcd drop what was over by the round before: here, all versions that revision *{revision}* had replaced. Who asks for older ones gets `410 Expired`.',
  },
  kubeletNotified: {
    heading: 'The kubelet hears of it',
    text: 'The kubelet on *{node}* watches only Pods of its own node. `{pod}` has just become one, so it sees `{event}`.',
  },
  kubeletToldToStop: {
    heading: 'The kubelet is told to stop it',
    text: 'The Pod carries a deletion time now. The kubelet on *{node}* sees it on its watch and begins to stop the containers.',
  },
  kubeletReads: {
    heading: 'The kubelet looks again',
    text: 'Before it reports, the kubelet on *{node}* reads the Pod as the kube-apiserver has it now.',
  },
  statusWaiting: {
    heading: 'The kubelet reports first',
    text: 'Before it starts anything, the kubelet on *{node}* reports: still Pending, *ContainerCreating*.',
  },
  statusSandbox: {
    heading: 'The sandbox is up',
    text: 'The kubelet reports that the Pod’s sandbox stands and containers can start in it.',
  },
  statusRunning: {
    heading: 'The kubelet reports: Running',
    text: 'Every container has started. The kubelet on *{node}* asks the kube-apiserver to store *Running*.',
  },
  statusEnded: { heading: 'The kubelet reports the end', text: 'The containers have ended. The kubelet on *{node}* reports how.' },
  statusRejected: {
    heading: 'The kubelet refuses the Pod: {reason}',
    text: 'Whoever chose *{node}*, its kubelet has the last word, and does not take the Pod: {message}. It starts nothing, and reports the Pod as *Failed*.',
  },
  statusOther: { heading: 'A new status is reported', text: '`{part}` sends the state of `{pod}` as it sees it, as an ordinary request.' },
  deleteSent: {
    heading: 'The last delete',
    text: 'Nothing of `{pod}` is left running, so *{user}* asks the kube-apiserver to remove the object for good.',
  },
  componentChecked: { heading: 'The same gates', text: 'This request passes authentication and validation too, as *{user}*.' },
  statusStored: {
    heading: 'The status is stored',
    text: 'The kube-apiserver checks the report and etcd stores it as revision *{revision}*.',
  },
  deleteMarked: {
    heading: 'Marked, not yet gone',
    text: MARKED,
  },
  deleteStored: { heading: 'The key is gone', text: 'etcd deletes the key in revision *{revision}*. Only its history remembers `{pod}`.' },
  componentAnswered: { heading: 'The answer: {code}', text: 'The kube-apiserver answers `{part}` with *{code}*, as it answers everyone.' },
  componentRefused: {
    heading: 'Refused: {reason}',
    text: 'Components are refused as people are: the kube-apiserver answers `{part}` with *{code}* at *{stage}*.',
  },
  componentRequest: { heading: 'Beside the story', text: '`{part}` sends `{verb} {target}` to the kube-apiserver: its own upkeep.' },
  selfRequest: {
    heading: 'The apiserver asks itself',
    text: 'The kube-apiserver sends `{verb} {target}` to itself, through the same gates as everyone: what goes with the request that it is answering.',
  },
  eventPosted: {
    heading: 'A note for people: {reason}',
    text: '`{part}` posts an Event about `{about}`: “{message}”. `kubectl describe` will show it; nothing depends on it.',
  },
  eventRepeated: {
    heading: 'The same note again',
    text: '`{part}` posted this Event before. It happened again, so only its count goes up.',
  },
  tokenRequested: {
    heading: 'A token for the Pod',
    text: 'The kubelet on *{node}* asks for a service account token, which it will mount into the Pod.',
  },
  runtimeSandbox: {
    heading: 'A sandbox for the Pod',
    text: 'The kubelet tells the container runtime `{call}`: network and namespaces for the Pod, no container yet.',
  },
  runtimePull: { heading: 'The image is pulled', text: 'The container runtime fetches the image. The kube-apiserver has no part in this.' },
  runtimeCreate: { heading: 'The container is made', text: 'The kubelet calls `{call}`: the container exists, but does not run yet.' },
  runtimeStart: {
    heading: 'The container starts',
    text: 'The kubelet calls `{call}`. The process runs; the cluster does not know it yet.',
  },
  runtimeResize: {
    heading: 'The container is resized',
    text: 'The kubelet calls `{call}` on *{node}*: the container runs on, and what it may use of CPU and memory is another.',
  },
  runtimeStop: { heading: 'The container stops', text: 'The kubelet calls `{call}` on *{node}* and gives the process its grace period.' },
  runtimeStopSandbox: {
    heading: 'The sandbox is taken down',
    text: 'The kubelet calls `{call}` on *{node}*: whatever still runs in it ends, and the Pod’s network goes.',
  },
  runtimeFailed: { heading: 'The runtime could not', text: '`{call}` failed on *{node}*: {message}' },
  containerExited: { heading: 'A container ended', text: 'The container runtime on *{node}* tells the kubelet that a process has ended.' },
  etcdAsked: { heading: 'A call to etcd', text: 'The kube-apiserver sends a `{call}` to etcd, along the only line there is.' },
  etcdCommitted: { heading: 'Committed', text: 'etcd commits the transaction as revision *{revision}*.' },
  etcdEvent: {
    heading: 'What was written comes up again',
    text: 'The kube-apiserver watches etcd itself: revision *{revision}* comes up as an event and fills its watch cache.',
  },
  podRunning: {
    heading: 'The Pod is Running',
    text: 'etcd stores *Running* as revision *{revision}*. Now the whole cluster knows what the kubelet knew.',
  },
  'stage.requestInfo': { heading: 'What is asked?', text: 'Path and method become verb `{action}` and resource `{resource}`.' },
  'stage.authentication': {
    heading: 'Authentication',
    text: 'Certificates and tokens are tried in turn. The kube-apiserver now knows *{user}*.',
  },
  'stage.audit': {
    heading: 'Audit',
    text: 'The audit policy decides how much of this request is logged. It comes before authorization, so refusals are logged too.',
  },
  'stage.impersonation': {
    heading: 'Impersonation',
    text: 'Does the request want to act as somebody else? Only who may `impersonate` can.',
  },
  'stage.priorityAndFairness': {
    heading: 'Priority and fairness',
    text: 'The request gets a place in a queue by who sent it, so that no client starves the others. It belongs to no step.',
  },
  'stage.authorization': {
    heading: 'Authorization',
    text: 'Node authorizer and RBAC are asked whether *{user}* may `{action}` {resource}. The first yes is enough.',
  },
  'stage.decode': { heading: 'Decoding', text: 'The body becomes an object of its kind. Unknown or wrong fields are found here.' },
  'stage.defaulting': { heading: 'Defaults', text: 'What the sender left out and the API defines gets its default value.' },
  'stage.read': { heading: 'Reading', text: 'The kube-apiserver reads what it needs to answer or to decide.' },
  'stage.mutatingAdmission': {
    heading: 'Admission fills in the blanks',
    text: 'Each admission plugin may complete the object, in a fixed order, before it is checked.',
  },
  'stage.validation': { heading: 'Validation', text: 'Every field of the finished object is checked against the rules of its kind.' },
  'stage.validatingAdmission': {
    heading: 'Admission has the last word',
    text: 'Plugins that may only say no look at the finished object: quotas, Pod security, policies.',
  },
  'stage.compare': {
    heading: 'The condition',
    text: 'The transaction will hold only if no such key exists. That is how two creators cannot both win.',
  },
  'stage.transaction': { heading: 'The transaction', text: 'etcd has answered: {says}' },
  'stage.watchCache': {
    heading: 'The watch cache',
    text: 'The new version is in the kube-apiserver’s watch cache, from which all watchers are served.',
  },
  'stage.respond': { heading: 'The answer is written', text: 'The object, as stored, is put into the form that the client asked for.' },
} satisfies Readonly<Record<string, MomentWords>>

export const refusals = {
  401: {
    heading: 'Refused: nobody we know',
    text: 'The kube-apiserver cannot tell who is asking. It answers *401* and asks nothing further.',
  },
  403: {
    heading: 'Refused: {user} may not {action} {resource}',
    text: 'The kube-apiserver knows who {user} is, but no rule lets {user} `{action}` {resource}. It answers *403* and stops; nothing reaches etcd.',
  },
  admission: {
    heading: 'Refused by admission',
    text: '*{user}* may do this, but an admission plugin does not accept this object. The answer is *{code}*, and nothing is stored.',
  },
  404: { heading: 'Refused: not there', text: 'The kube-apiserver has nothing under this name and answers *404*.' },
  409: {
    heading: 'Refused: {reason}',
    text: 'The request passed both gates, but what etcd already holds does not allow it. The transaction’s condition fails, and the answer is *409*.',
  },
  /** A component’s write, to an object that somebody else changed meanwhile. */
  componentConflict: {
    heading: 'Refused: its copy is old',
    text: '`{part}` changed an older version of the object than etcd holds, so the kube-apiserver answers *409*. It reads again and tries again: nobody holds a lock.',
  },
  422: {
    heading: 'Refused: not valid',
    text: 'The object breaks the rules of its kind. The kube-apiserver names every field that is wrong, answers *422* and stores nothing.',
  },
  429: {
    heading: 'Not now',
    text: 'The kube-apiserver may do this later, but not now. It answers *429*: {message}',
  },
  500: {
    heading: 'The kube-apiserver could not do it',
    text: 'Something that it needs did not answer as it should: {message}. The answer is *500*.',
  },
  504: {
    heading: 'Too late',
    text: 'The kube-apiserver gave up waiting and answers *504*. Whether the change was made is not known: look before you try again.',
  },
  400: {
    heading: 'Refused: not understood',
    text: 'The kube-apiserver cannot make an object of what was sent. It answers *400* and says where it stopped.',
  },
} satisfies Readonly<Record<string, MomentWords>>

/** Before the heading, where time has passed. */
export const waits = { seconds: '{count} seconds later', minutes: '{count} minutes later' }

export type NarrationMessages = Readonly<Record<keyof typeof narration, MomentWords>>
export type RefusalMessages = Readonly<Record<keyof typeof refusals, MomentWords>>
export type WaitMessages = Readonly<Record<keyof typeof waits, string>>
