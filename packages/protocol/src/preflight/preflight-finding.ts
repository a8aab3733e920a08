// One thing that a check before a launch found. What passed says nothing.
import type { Reason } from '../model/reason.ts'

/** `fail`: a launch would be senseless. `warn`: it may fail, or not show as it should. */
export interface PreflightFinding {
  readonly severity: 'warn' | 'fail'
  readonly reason: Reason
}

export const warn = (code: string, parameters?: Reason['parameters']): PreflightFinding => ({
  severity: 'warn',
  reason: { code, ...(parameters && { parameters }) },
})

export const fail = (code: string, parameters?: Reason['parameters']): PreflightFinding => ({
  severity: 'fail',
  reason: { code, ...(parameters && { parameters }) },
})

/** Each reason once, failures first, otherwise in the order found. */
export function distinctFindings(findings: readonly PreflightFinding[]): PreflightFinding[] {
  const seen = new Map(findings.map((finding) => [JSON.stringify(finding.reason), finding]))
  return [...seen.values()].sort((a, b) => Number(b.severity === 'fail') - Number(a.severity === 'fail'))
}
