import { setTimeout as realSleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { VirtualClock } from '../src/clock.ts'

const never = new AbortController().signal
const hour = 3_600_000

test('hours pass in no time, and the wall clock with them', async () => {
  const clock = new VirtualClock(new Date('2026-03-01T00:00:00Z'))
  const realStart = performance.now()
  for (let slept = 0; slept < 1_000; slept += 1) await clock.sleep(hour, never)
  expect(clock.now()).toBe(1_000 * hour)
  expect(clock.date()).toEqual(new Date('2026-04-11T16:00:00Z'))
  expect(performance.now() - realStart).toBeLessThan(2_000)
})

test('does not move while nobody sleeps', async () => {
  const clock = new VirtualClock()
  await realSleep(5)
  expect(clock.now()).toBe(0)
})

test('wakes in the order of time, then of falling asleep', async () => {
  const clock = new VirtualClock()
  const woken: string[] = []
  const sleeper = async (name: string, ms: number) => {
    await clock.sleep(ms, never)
    woken.push(`${name} ${clock.now()}`)
  }
  await Promise.all([sleeper('a', 30), sleeper('b', 10), sleeper('c', 30), sleeper('d', 0), sleeper('e', -5)])
  expect(woken).toEqual(['d 0', 'e 0', 'b 10', 'a 30', 'c 30'])
})

test('lets whoever has woken do all it can before time goes on', async () => {
  const clock = new VirtualClock()
  const seen: number[] = []
  const poll = async () => {
    for (let tries = 0; tries < 3; tries += 1) {
      await clock.sleep(10, never)
      for (let step = 0; step < 50; step += 1) await Promise.resolve()
      seen.push(clock.now())
    }
  }
  await Promise.all([poll(), clock.sleep(15, never), clock.sleep(11, never)])
  expect(seen).toEqual([10, 20, 30])
})

test('an aborted sleep ends at once and is forgotten', async () => {
  const clock = new VirtualClock()
  const cancellation = new AbortController()
  const sleep = clock.sleep(hour, cancellation.signal)
  cancellation.abort()
  await sleep
  await clock.sleep(5, never)
  await clock.sleep(hour, cancellation.signal)
  expect(clock.now()).toBe(5)
})

test('a sleep without end has only its signal, and does not hold the others', async () => {
  const clock = new VirtualClock()
  const cancellation = new AbortController()
  const endless = clock.sleep(Number.POSITIVE_INFINITY, cancellation.signal)
  await clock.sleep(10, never)
  expect(clock.now()).toBe(10)
  cancellation.abort()
  await endless
})

test('a jump of the wall clock does not move the monotonic one', async () => {
  const clock = new VirtualClock(new Date('2026-01-01T00:00:00Z'))
  await clock.sleep(1_000, never)
  clock.setDate(new Date('2020-01-01T00:00:00Z'))
  await clock.sleep(1_000, never)
  expect(clock.now()).toBe(2_000)
  expect(clock.date()).toEqual(new Date('2020-01-01T00:00:01Z'))
})

test('time stands still during real work', async () => {
  const clock = new VirtualClock()
  const sleep = clock.sleep(hour, never)
  const before = await clock.standStill(realSleep(20).then(() => clock.now()))
  expect(before).toBe(0)
  await sleep
  expect(clock.now()).toBe(hour)
})

test('goes on after real work that has failed', async () => {
  const clock = new VirtualClock()
  await expect(clock.standStill(Promise.reject(new Error('no')))).rejects.toThrow('no')
  await clock.sleep(1, never)
  expect(clock.now()).toBe(1)
})

test('a sleep of NaN is a mistake', () => {
  expect(() => new VirtualClock().sleep(Number.NaN, never)).toThrow(RangeError)
})
