import type { Gate } from '../gates/gate.ts'
import type { Population } from '../load-test/load-test.ts'
import { exactly, type Quantity } from '../quantity.ts'
import { rangeLeft } from '../results/load.ts'
import type { Question, Results } from '../results/results.ts'
import { bucketBounds, bucketOf } from '../samples/bucket.ts'
import { collectLatencies } from '../samples/read.ts'
import { type Judgement, judgeValue } from './judgement.ts'
import { subjectsOf } from './subject.ts'

/**
 * Decides a gate whose limit lies within a bucket: of more requests than are kept one by one, those of the one bucket
 * that holds the percentile are read again. Any other judgement stays as it is.
 */
export async function secondLook(
  judgement: Judgement,
  results: Results | undefined,
  question: Pick<Question, 'reading' | 'workerUrl'>,
): Promise<Judgement> {
  const { gate, finding } = judgement
  const isOpen = finding === 'rounded-too-coarsely' && gate.measure.kind === 'percentile'
  const isWhole = gate.everyMs === undefined && gate.limit.kind === 'number' && gate.scope.kind !== 'each'
  if (!isOpen || !isWhole || results === undefined) return judgement
  const [subject] = subjectsIn(gate, results)
  const value = subject && (await exactPercentile(gate, subject, { results, question }))
  if (value === undefined) return judgement
  const { subject: name, count, interval, notes, warnings } = judgement
  return { ...judgeValue(gate, value, name), count, interval, notes, warnings }
}

interface Subject {
  readonly population: Population
  readonly endpoints: readonly string[]
}

function subjectsIn({ scope }: Gate, { test }: Results): Subject[] {
  const subjects = subjectsOf(scope, test)
  if ('missing' in subjects) return []
  return subjects.map(({ population, endpoints = test.endpoints }) => ({
    population,
    endpoints: endpoints.map(({ name }) => name),
  }))
}

async function exactPercentile(
  { measure }: Gate,
  { population: { latencies }, endpoints }: Subject,
  {
    results: { load },
    question: { reading, workerUrl },
  }: { results: Results; question: Pick<Question, 'reading' | 'workerUrl'> },
): Promise<Quantity | undefined> {
  // What was counted by others cannot be read again.
  if (load.kind !== 'sampled' || load.rawFiles.length === 0 || measure.kind !== 'percentile') return undefined
  const place = latencies?.placeOf(measure.share, reading.method)
  const bits = latencies?.precision.bits
  if (place === undefined || bits === undefined) return undefined
  const boundsOf = (value: number) => bucketBounds(bucketOf(value, bits), bits)
  const [[lowMs], [, highMs]] = [boundsOf(place.below), boundsOf(place.above)]
  const { onlySuccessful } = reading
  // Which of them are not to be judged is told by all of their file.
  if (onlySuccessful && load.samples.untold > 0) return undefined
  const query = { endpoints, lowMs, highMs, onlySuccessful }
  const raw = { format: load.format, files: load.rawFiles }
  const values = await collectLatencies(raw, query, { workerUrl, within: rangeLeft(load, reading) })
  const [one, other] = [values[Math.floor(place.position)], values[Math.ceil(place.position)]]
  // Otherwise the files are not what they were.
  if (values.length !== place.count || one === undefined || other === undefined) return undefined
  return exactly(one + (other - one) * (place.position - Math.floor(place.position)))
}
