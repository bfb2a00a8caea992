import type { Gate } from '../gates/gate.ts'
import { isMissing } from '../quantity.ts'
import { judgeDrift } from './drift.ts'
import type { Evidence } from './evidence.ts'
import { type Judgement, judgeValue, undecided } from './judgement.ts'
import { judgeAlerts, judgeQuery } from './metrics.ts'
import { judgeRequests } from './requests.ts'
import { judgeStretches } from './stretches.ts'

/** What a gate on the load test says of it. */
export function judge(gate: Gate, evidence: Evidence): Judgement {
  const { measure, everyMs } = gate
  switch (measure.kind) {
    case 'drift':
      return judgeDrift(gate, measure.share, evidence)
    case 'dropped-iterations': {
      const dropped = 'missing' in evidence.test ? evidence.test : evidence.test.droppedIterations
      return isMissing(dropped) ? undecided(gate, dropped) : judgeValue(gate, dropped, undefined)
    }
    case 'prometheus':
      return judgeQuery(gate, measure.name, evidence.metrics)
    case 'alerts':
      return judgeAlerts(gate, measure, evidence.metrics)
    default: {
      const requests = { ...gate, measure }
      return everyMs === undefined ? judgeRequests(requests, evidence) : judgeStretches(requests, everyMs, evidence)
    }
  }
}
