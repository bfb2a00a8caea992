import { performance } from 'node:perf_hooks'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../src/clock.ts'

const never = new AbortController().signal

describe('sleep of the system clock', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('resolves after its time, not before', async () => {
    const woken = vi.fn()
    void systemClock.sleep(1_000, never).then(woken)
    await vi.advanceTimersByTimeAsync(999)
    expect(woken).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(woken).toHaveBeenCalledOnce()
  })

  it('resolves after its time also when that is more than one timer can hold', async () => {
    const start = Date.now()
    const now = vi.spyOn(performance, 'now').mockImplementation(() => Date.now() - start)
    const woken = vi.fn()
    void systemClock.sleep(2 ** 31 + 1_000, never).then(woken)
    await vi.advanceTimersByTimeAsync(2 ** 31 + 999)
    expect(woken).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(woken).toHaveBeenCalledOnce()
    expect(vi.getTimerCount()).toBe(0)
    now.mockRestore()
  })

  it('resolves when the signal is aborted, and leaves no timer behind that would hold the process', async () => {
    const controller = new AbortController()
    const slept = systemClock.sleep(3_600_000, controller.signal)
    expect(vi.getTimerCount()).toBe(1)
    controller.abort()
    await slept
    expect(vi.getTimerCount()).toBe(0)
  })

  it('resolves at once when the signal is aborted already, without a timer', async () => {
    await systemClock.sleep(3_600_000, AbortSignal.abort())
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves no listener on the signal, which lives as long as the job', async () => {
    const { signal } = new AbortController()
    const add = vi.spyOn(signal, 'addEventListener')
    const remove = vi.spyOn(signal, 'removeEventListener')
    const slept = systemClock.sleep(10, signal)
    await vi.advanceTimersByTimeAsync(10)
    await slept
    expect(remove.mock.calls).toEqual(add.mock.calls)
  })

  // attempts 100000 with an interval of 30s is a deadline of 46 days, more than a Node timer holds: it rings at once.
  it.each([2 ** 31, 4_000_000_000, 2 ** 40])('does not wake early from a sleep of %d ms', async (ms) => {
    vi.useRealTimers()
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const controller = new AbortController()
    const woken = vi.fn()
    const slept = systemClock.sleep(ms, controller.signal).then(woken)
    await new Promise((resolve) => setTimeout(resolve, 20))
    const wokeEarly = woken.mock.calls.length > 0
    controller.abort()
    await slept
    expect(wokeEarly).toBe(false)
    expect(warned).not.toHaveBeenCalled()
  })
})

it('does not warn of a leak when many targets sleep on the one signal of the job', async () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const { signal } = new AbortController()
  await Promise.all(Array.from({ length: 200 }, () => systemClock.sleep(1, signal)))
  expect(warned).not.toHaveBeenCalled()
  warned.mockRestore()
})

it('tells a time that does not follow the wall clock, and a date that does', () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const before = systemClock.now()
  vi.setSystemTime(new Date('2001-01-01T00:00:00Z'))
  const passed = systemClock.now() - before
  expect(passed).toBeGreaterThanOrEqual(0)
  expect(passed).toBeLessThan(1_000)
  expect(systemClock.date().toISOString()).toBe('2001-01-01T00:00:00.000Z')
  vi.useRealTimers()
})
