import { expect, it } from 'vitest'
import { contents } from '../support/samples/contents.ts'
import { read } from '../support/samples/reading.ts'

it('others get their turn while a large file is read', async () => {
  let [turns, isDone] = [0, false]
  const take = () => {
    turns += 1
    if (!isDone) setImmediate(take)
  }
  setImmediate(take)
  const content = contents['jmeter-csv'] ?? ''
  const line = '1795253819707,9,green,200,OK,t 1-1,text,true,,118,127,1,1,null,5,0,1\n'
  await read('jmeter-csv', content + line.repeat(Math.ceil((40 * 2 ** 20) / line.length)))
  isDone = true
  expect(turns).toBeGreaterThanOrEqual(4)
})
