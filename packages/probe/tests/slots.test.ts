import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Slots } from '../src/slots.ts'

const never = new AbortController().signal
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('slots', () => {
  it('are given at once while there are any, then in the order of asking', async () => {
    const slots = new Slots(1)
    const order: number[] = []
    expect(await slots.take(never)).toBe(true)
    for (const number of [1, 2, 3]) void slots.take(never).then((taken) => taken && order.push(number))
    await settled()
    expect(order).toEqual([])
    slots.release()
    await settled()
    expect(order).toEqual([1])
    slots.release()
    slots.release()
    await settled()
    expect(order).toEqual([1, 2, 3])
  })

  it('are not given to whom has given up, who is told so at once', async () => {
    const slots = new Slots(1)
    await slots.take(never)
    const controller = new AbortController()
    const waiting = slots.take(controller.signal)
    const next = slots.take(never)
    controller.abort()
    expect(await waiting).toBe(false)
    slots.release()
    expect(await next).toBe(true)
  })

  it('are not given, nor lost, to a signal that has fired already', async () => {
    const slots = new Slots(1)
    expect(await slots.take(AbortSignal.abort())).toBe(false)
    expect(await slots.take(never)).toBe(true)
  })

  it('are neither lost nor multiplied, in whatever order they are taken, given back and given up', async () => {
    const events = fc.array(fc.constantFrom(...(['take', 'release', 'giveUp'] as const)), { maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3 }), events, async (count, script) => {
        const users = new Users(new Slots(count))
        for (const event of script) {
          users[event]()
          await settled()
          expect(users.held).toBeLessThanOrEqual(count)
          if (users.waiting.size > 0) expect(users.held).toBe(count)
        }
      }),
    )
  })
})

/** Those who hold slots and those who wait for one, as they see it. */
class Users {
  held = 0
  readonly waiting = new Set<AbortController>()
  readonly #slots: Slots

  constructor(slots: Slots) {
    this.#slots = slots
  }

  take(): void {
    const controller = new AbortController()
    this.waiting.add(controller)
    void this.#slots.take(controller.signal).then((taken) => {
      this.waiting.delete(controller)
      if (taken) this.held += 1
    })
  }

  release(): void {
    if (this.held === 0) return
    this.held -= 1
    this.#slots.release()
  }

  giveUp(): void {
    const [first] = this.waiting
    first?.abort()
  }
}
