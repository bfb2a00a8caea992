import type { Missing } from '../quantity.ts'
import type { Finding, ReasonCode } from '../reason.ts'
import type { Judgement } from './judgement.ts'

export interface Verdict {
  readonly outcome: 'passed' | 'failed' | 'inconclusive'
  readonly reasonCode: ReasonCode
  readonly detail: string
}

/** Of the results that were given. */
export interface Unusable {
  /** They were read, and are not the whole run. */
  readonly damage: Missing | undefined
  /** They could not be read at all. */
  readonly unread: Missing | undefined
}

/**
 * The verdict over all gates. Damaged data decides nothing, whatever the gates say of it; then a failed gate counts more
 * than an undecided one, and the first of its kind names the reason. Of gates that only warn, one must be decided; and
 * results that were given must be read, even if no gate needs them: they say of which time metrics are judged.
 */
export function decide(judgements: readonly Judgement[], { damage, unread }: Unusable): Verdict {
  if (damage !== undefined) return { outcome: 'inconclusive', reasonCode: damage.missing, detail: damage.detail }
  const binding = judgements.filter(({ gate }) => gate.level === 'error')
  const failed = binding.find(({ verdict }) => verdict === 'failed')
  if (failed !== undefined) return because('failed', failed, 'threshold-exceeded')
  const undecided = binding.find(({ verdict }) => verdict === 'undecided') ?? onlyUndecided(judgements)
  if (undecided !== undefined) return because('inconclusive', undecided, 'empty-results')
  if (unread !== undefined) return { outcome: 'inconclusive', reasonCode: unread.missing, detail: unread.detail }
  return { outcome: 'passed', reasonCode: 'ok', detail: passedDetail(judgements) }
}

function because(
  outcome: Verdict['outcome'],
  { gate, finding, detail, value }: Judgement,
  otherwise: Finding,
): Verdict {
  return {
    outcome,
    reasonCode: finding ?? otherwise,
    detail: value === undefined ? `${gate.source}: ${detail}` : detail,
  }
}

/** Gates that all only warn, and of which none could be decided. */
function onlyUndecided(judgements: readonly Judgement[]): Judgement | undefined {
  return judgements.every(({ verdict }) => verdict === 'undecided') ? judgements[0] : undefined
}

function passedDetail(judgements: readonly Judgement[]): string {
  const passed = judgements.filter(({ verdict, gate }) => verdict === 'passed' && gate.level === 'error')
  const [nearest] = passed.toSorted((one, other) => (one.margin ?? 0) - (other.margin ?? 0))
  const skipped = judgements.filter(({ verdict }) => verdict === 'skipped').length
  const rest = skipped === 0 ? '' : `, ${skipped} skipped since there is no baseline yet`
  if (nearest === undefined) return `no threshold failed${rest}`
  return passed.length === 1
    ? `${nearest.detail}${rest}`
    : `${passed.length} thresholds hold, the nearest: ${nearest.detail}${rest}`
}
