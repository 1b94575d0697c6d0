// The kinds that the first page serves. A kind is added here and in its own folder, and nowhere else.

import type { Kind } from '../kind'
import { binding } from './binding'
import { configMap } from './configmap'
import { event, newEvent } from './event'
import { lease } from './lease'
import { limitRange } from './limitrange'
import { namespace } from './namespace'
import { node } from './node'
import { pod } from './pod'
import { priorityClass } from './priorityclass'
import { resourceQuota } from './resourcequota'
import { reviews } from './reviews'
import { clusterRoleBinding, roleBinding } from './rolebindings'
import { clusterRole, role } from './roles'
import { secret } from './secret'
import { service } from './service'
import { serviceAccount } from './serviceaccount'

export const builtinKinds: readonly Kind[] = [
  binding,
  configMap,
  event,
  limitRange,
  namespace,
  node,
  pod,
  resourceQuota,
  secret,
  serviceAccount,
  service,
  lease,
  newEvent,
  clusterRoleBinding,
  clusterRole,
  roleBinding,
  role,
  priorityClass,
  ...reviews,
]
