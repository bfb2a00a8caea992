import { Malformed } from '@deploy-safety/common/inputs'
import { describe, expect, it, test } from 'vitest'
import { parseWish } from '../../src/target/wishes.ts'

describe('an explicit version', () => {
  it('is for all subjects', () => {
    expect(parseWish('tag:1.4.0').of('deployment/api')).toEqual({ kind: 'tag', text: '1.4.0' })
  })

  it('or a line for each, as the output has them', () => {
    const wishes = parseWish('deployment/api=template:5b7569ff85\nstatefulset/db=revision:3\n')
    expect(wishes.of('deployment/api')).toEqual({ kind: 'identity', text: 'template:5b7569ff85' })
    expect(wishes.of('statefulset/db')).toEqual({ kind: 'revision', text: '3' })
    expect(wishes.of('daemonset/log')).toBeUndefined()
  })

  it('of a single line is for that one alone', () => {
    const wishes = parseWish('deployment/api=1.4.0')
    expect(wishes.of('deployment/api')).toEqual({ kind: 'any', text: '1.4.0' })
    expect(wishes.of('deployment/db')).toBeUndefined()
  })

  it('may be the value of a selector', () => {
    expect(parseWish('slot=green').of('service/shop')).toEqual({ kind: 'identity', text: 'slot=green' })
  })

  test.each([
    '1.4.0\n1.5.0',
    'deployment/api=1.4.0\n1.5.0',
    'deployment/api=\ndeployment/db=1',
    'deployment/api=--server=x',
    'deployment/api=1.4.0\ndeployment/api=1.5.0',
  ])('%j is refused', (text) => {
    expect(() => parseWish(text)).toThrow(Malformed)
  })
})
