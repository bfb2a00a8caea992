import { markup, table } from '@deploy-safety/common/markdown'
import type { Request } from '../request.ts'
import { code, inert, utc } from './inert.ts'

/** What a vote is bound to, as people see it. Says nothing that the marker does not say. */
export function factsTable(request: Request, repositoryUrl: string): string {
  const { environment, version, sha, ref, gate, runId, attempt, deadline } = request
  const cells = [
    code(environment),
    version === '' ? '–' : code(version),
    `[${code(sha.slice(0, 12))}](${repositoryUrl}/commit/${sha})`,
    code(ref),
    inert(gate),
    `[${runId}, attempt ${attempt}](${repositoryUrl}/actions/runs/${runId}/attempts/${attempt})`,
    utc(Date.parse(deadline)),
  ]
  return table(['Environment', 'Version', 'Commit', 'Ref', 'Gate', 'Run', 'Open until'], [cells.map(markup)])
}
