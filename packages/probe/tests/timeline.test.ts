import { performance } from 'node:perf_hooks'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Timeline } from '../src/timeline.ts'

let now: number
beforeEach(() => {
  now = 1_000
  vi.spyOn(performance, 'now').mockImplementation(() => now)
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe('an exchange over TLS, with a name to look up', () => {
  it('waits for one thing after the other, and adds up', () => {
    const timeline = new Timeline({ secure: true })
    const waits = [timeline.waitsFor()]
    const after = (ms: number, happens: () => void) => {
      now += ms
      happens()
      waits.push(timeline.waitsFor())
    }
    after(1, () => timeline.reached('resolved'))
    after(20, () => timeline.reached('connected'))
    after(300, () => timeline.reached('secured'))
    after(4_000, () => timeline.reached('headers'))
    after(50_000, () => timeline.reached('end'))
    expect(waits).toEqual([
      ...['name lookup', 'connection', 'TLS handshake', 'response headers', 'rest of the body', 'rest of the body'],
    ])
    expect(timeline.phases()).toEqual({
      ...{ dnsMs: 1, connectMs: 20, tlsMs: 300, firstByteMs: 4_000, bodyMs: 50_000 },
    })
    // Request sent to last body byte: DNS, connect and TLS are reported beside it.
    expect(timeline.latencyMs()).toBe(54_000)
  })

  it('waits for the name first', () => {
    const timeline = new Timeline({ secure: true })
    expect(timeline.waitsFor()).toBe('name lookup')
  })
})

describe('an exchange in the clear, with an address', () => {
  it('has no time for DNS and TLS', () => {
    const timeline = new Timeline({ secure: false })
    timeline.reached('resolved')
    expect(timeline.waitsFor()).toBe('connection')
    now += 5
    timeline.reached('connected')
    expect(timeline.waitsFor()).toBe('response headers')
    now += 7
    timeline.reached('headers')
    now += 11
    timeline.reached('end')
    expect(timeline.phases()).toEqual({ dnsMs: 0, connectMs: 5, tlsMs: 0, firstByteMs: 7, bodyMs: 11 })
    expect(timeline.latencyMs()).toBe(18)
  })

  it('that did not get far has no times, rather than wrong ones', () => {
    const timeline = new Timeline({ secure: false })
    expect(timeline.latencyMs()).toBe(0)
    expect(timeline.phases()).toEqual({ dnsMs: 0, connectMs: 0, tlsMs: 0, firstByteMs: 0, bodyMs: 0 })
  })
})

describe('an exchange through a proxy', () => {
  it('waits for the proxy, whose name lookup and connection are not ours', () => {
    const timeline = new Timeline({ secure: true })
    timeline.askedProxy()
    expect(timeline.waitsFor()).toBe('proxy')
    now += 30
    timeline.reached('connected')
    expect(timeline.waitsFor()).toBe('TLS handshake')
    expect(timeline.phases()).toMatchObject({ dnsMs: 0, connectMs: 30 })
  })
})

it('counts the first time of each moment: a name with two addresses is resolved twice', () => {
  const timeline = new Timeline({ secure: false })
  now += 5
  timeline.reached('resolved')
  now += 100
  timeline.reached('resolved')
  timeline.reached('connected')
  expect(timeline.phases()).toMatchObject({ dnsMs: 5, connectMs: 100 })
})
