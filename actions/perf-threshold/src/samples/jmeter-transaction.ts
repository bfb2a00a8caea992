import type { Fields } from './csv-fields.ts'
import { isEmpty, isText } from './csv-row.ts'
import type { JmeterColumns } from './jmeter-columns.ts'
import { bytesOf, isAt } from './match.ts'

/**
 * `doubtful`: the row may be either, and counts as a request. `interrupted`: it is that of a controller if others of the file with its
 * label are.
 */
export type RowKind = 'request' | 'transaction' | 'interrupted' | 'doubtful'

const summary = bytesOf('Number of samples in transaction')
const nothing = bytesOf('null')

/**
 * Whether a row is that of a transaction controller. Its message says so, unless it was interrupted: then it has none, and the code of
 * its last request, or no code and no time when there was none yet (JMeter's TransactionSampler). Never has it a data type or a URL.
 * A sampler of Java that only measures sets none of them either; some set the code.
 */
export function rowKindOf(fields: Fields, places: JmeterColumns, latencyMs: number): RowKind {
  const { responseCode, responseMessage, dataType, url } = places
  const hasMessages = responseMessage !== -1
  if (hasMessages && !isEmpty(fields, responseMessage)) {
    return isAt(fields.bytes, fields.starts[responseMessage] ?? 0, summary) ? 'transaction' : 'request'
  }
  if (!isBlank(fields, dataType) || !isBlank(fields, url)) return 'request'
  if ([responseCode, responseMessage, dataType, url].includes(-1)) return 'doubtful'
  if (!isEmpty(fields, responseCode)) return 'interrupted'
  return latencyMs === 0 ? 'doubtful' : 'request'
}

/** A column that is switched off says nothing to the contrary. */
function isBlank(fields: Fields, column: number): boolean {
  return column === -1 || isEmpty(fields, column) || isText(fields, column, nothing)
}
