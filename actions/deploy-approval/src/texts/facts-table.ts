import { markup, table } from '@deploy-safety/common/markdown'
import type { Request } from '../request.ts'
import { code, inert, utc } from './inert.ts'

/** What a vote is bound to, as people see it. Says nothing that the marker does not say. Narrow enough for a phone. */
export function factsTable(request: Request, repositoryUrl: string, until = 'Open until'): string {
  const { environment, version, sha, ref, gate, runId, attempt, deadline } = request
  const run = `[${runId}, attempt ${attempt}](${repositoryUrl}/actions/runs/${runId}/attempts/${attempt})`
  const rows = [
    ...(version === '' ? [] : [['Version', code(version)] as const]),
    ['Commit', `[${code(sha.slice(0, 12))}](${repositoryUrl}/commit/${sha})`],
    ...(ref === '' ? [] : [['Ref', code(ref)] as const]),
    ['Gate', inert(gate)],
    ['Run', run],
    [until, utc(Date.parse(deadline))],
  ] as const
  return table(
    ['Environment', code(environment)],
    rows.map(([name, value]) => [name, markup(value)]),
  )
}
