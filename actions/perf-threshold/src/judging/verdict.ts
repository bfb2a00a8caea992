import type { Missing } from '../quantity.ts'
import type { ReasonCode } from '../reason.ts'
import { worstOf } from './each.ts'
import type { Judgement } from './judgement.ts'

export interface Verdict {
  readonly outcome: 'passed' | 'failed' | 'inconclusive'
  readonly reasonCode: ReasonCode
  /** What decided, in one sentence. */
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
  const [failed] = binding.filter(({ verdict }) => verdict === 'failed')
  if (failed !== undefined) {
    const worst = worstOf(binding) ?? failed
    return { outcome: 'failed', reasonCode: failed.finding ?? 'threshold-exceeded', detail: detailOf(worst) }
  }
  const undecided = binding.find(({ verdict }) => verdict === 'undecided') ?? onlyUndecided(judgements)
  if (undecided !== undefined) {
    const { finding = 'empty-results' } = undecided
    const isOfAll = finding === unread?.missing
    return { outcome: 'inconclusive', reasonCode: finding, detail: isOfAll ? unread.detail : detailOf(undecided) }
  }
  if (unread !== undefined) return { outcome: 'inconclusive', reasonCode: unread.missing, detail: unread.detail }
  return { outcome: 'passed', reasonCode: 'ok', detail: passedDetail(binding) }
}

/** A threshold without a value is named: its sentence does not say what it is about. */
export function detailOf({ gate, detail, value }: Judgement): string {
  return value === undefined ? `${gate.source}: ${detail}` : detail
}

/** Gates that all only warn, and of which none could be decided. */
function onlyUndecided(judgements: readonly Judgement[]): Judgement | undefined {
  return judgements.every(({ verdict }) => verdict === 'undecided') ? judgements[0] : undefined
}

function passedDetail(binding: readonly Judgement[]): string {
  const passed = binding.filter(({ verdict }) => verdict === 'passed')
  const tightest = worstOf(passed)
  if (tightest === undefined) return 'no threshold failed'
  if (passed.length === 1) return tightest.detail
  const all = passed.length === 2 ? 'Both thresholds' : `All ${passed.length} thresholds`
  return `${passed.length === binding.length ? all : `${passed.length} thresholds`} passed; tightest: ${tightest.detail}`
}
