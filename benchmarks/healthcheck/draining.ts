import { drainingBalancer } from '@deploy-safety/simulators/balancer'
import type { Section } from '../section.ts'
import { type Command, timed } from '../timed-process.ts'
import { action, script } from './contestants.ts'

const intervalMs = 500
const switchAfterMs = 2_500
const watchedMs = 6_000

export const draining: Section = {
  title: 'A balancer that drains',
  method: [
    `Polled each ${intervalMs} ms for the new version. After ${switchAfterMs} ms the balancer sends new connections to it, and keeps those that stand where they`,
    `are; watched for ${watchedMs} ms from then on.`,
  ].join('\n'),
  measure: async () => [
    ['', 'old responses before', 'old responses after the switch', 'sees the new version'],
    ...(await Promise.all([
      watch('healthcheck', (url) => action({ url, 'expect-version': '2.0.0', interval: `${intervalMs}ms` })),
      watch('fetch loop', (url) => script('poll-fetch.cjs', url, '2.0.0', String(intervalMs))),
    ])),
  ],
}

async function watch(name: string, command: (url: string) => Command): Promise<string[]> {
  await using balancer = await drainingBalancer({ oldVersion: '1.0.0', newVersion: '2.0.0' })
  const prepared = command(`${balancer.url}/health`)
  const start = performance.now()
  let before = 0
  let switchedAfterMs = Number.NaN
  setTimeout(() => {
    balancer.switchOver()
    before = balancer.old.requestCount
    switchedAfterMs = performance.now() - start
  }, switchAfterMs)
  const { exitCode, elapsedMs, tookTooLong, output } = await timed(prepared, switchAfterMs + watchedMs)
  if (exitCode !== 0 && !tookTooLong) throw new Error(`${name} ended with ${exitCode}:\n${output}`)
  const seen = tookTooLong ? `not within ${watchedMs} ms` : `after ${(elapsedMs - switchedAfterMs).toFixed(0)} ms`
  return [name, String(before), String(balancer.old.requestCount - before), seen]
}
