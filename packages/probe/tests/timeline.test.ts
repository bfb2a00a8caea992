import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
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

/** A socket of which only the events matter. */
function socketOf(timeline: Timeline): EventEmitter {
  const socket = new EventEmitter()
  timeline.follow(socket as Socket)
  return socket
}

describe('an exchange over TLS, with a name to look up', () => {
  it('waits for one thing after the other, and adds up', () => {
    const timeline = new Timeline({ secure: true, resolved: false })
    const socket = socketOf(timeline)
    const waits = [timeline.waitsFor()]
    const after = (ms: number, happens: () => void) => {
      now += ms
      happens()
      waits.push(timeline.waitsFor())
    }
    after(1, () => socket.emit('lookup', null, '127.0.0.1', 4))
    after(20, () => socket.emit('connect'))
    after(300, () => socket.emit('secureConnect'))
    after(4_000, () => timeline.headersArrived())
    after(50_000, () => timeline.bodyEnded())
    expect(waits).toEqual([
      ...['name lookup', 'connection', 'TLS handshake', 'response headers', 'rest of the body', 'rest of the body'],
    ])
    expect(timeline.phases()).toEqual({
      ...{ dnsMs: 1, connectMs: 20, tlsMs: 300, firstByteMs: 4_000, bodyMs: 50_000 },
    })
    // Request sent to last body byte: DNS, connect and TLS are reported beside it.
    expect(timeline.latencyMs()).toBe(54_000)
  })

  it('still waits for the name when the lookup failed', () => {
    const timeline = new Timeline({ secure: true, resolved: false })
    socketOf(timeline).emit('lookup', new Error('ENOTFOUND'))
    expect(timeline.waitsFor()).toBe('name lookup')
  })
})

describe('an exchange in the clear, with an address', () => {
  it('has no time for DNS and TLS', () => {
    const timeline = new Timeline({ secure: false, resolved: true })
    const socket = socketOf(timeline)
    expect(timeline.waitsFor()).toBe('connection')
    now += 5
    socket.emit('connect')
    expect(timeline.waitsFor()).toBe('response headers')
    now += 7
    timeline.headersArrived()
    now += 11
    timeline.bodyEnded()
    expect(timeline.phases()).toEqual({ dnsMs: 0, connectMs: 5, tlsMs: 0, firstByteMs: 7, bodyMs: 11 })
    expect(timeline.latencyMs()).toBe(18)
  })

  it('that did not get far has no times, rather than wrong ones', () => {
    const timeline = new Timeline({ secure: false, resolved: true })
    expect(timeline.latencyMs()).toBe(0)
    expect(timeline.phases()).toEqual({ dnsMs: 0, connectMs: 0, tlsMs: 0, firstByteMs: 0, bodyMs: 0 })
  })
})
