// The audit record is begun: from here on the request is logged, whatever becomes of it. The event itself is written at the end (see auditLog).
// Upstream: apiserver pkg/endpoints/filters/audit.go

import { passed, type StageResult } from '../requestContext'

export function audit(): StageResult {
  return passed
}
