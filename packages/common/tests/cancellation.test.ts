import { expect, it } from 'vitest'
import { cancellable } from '../src/cancellation.ts'

const never = new Promise<never>(() => {})

it('gives what the work gives, and throws what it throws', async () => {
  const unlessCancelled = cancellable(new AbortController().signal)
  expect(await unlessCancelled(Promise.resolve(1))).toBe(1)
  await expect(unlessCancelled(Promise.reject(new TypeError('x')))).rejects.toThrow(TypeError)
})

it('waits no longer than until the cancellation', async () => {
  const controller = new AbortController()
  const work = cancellable(controller.signal)(never)
  controller.abort()
  await expect(work).rejects.toMatchObject({ code: 'cancelled' })
})

it('does not let work win that is done at once, when the job was cancelled before', async () => {
  await expect(cancellable(AbortSignal.abort())(Promise.resolve(1))).rejects.toMatchObject({ code: 'cancelled' })
})
