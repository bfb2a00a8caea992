import { describe, expect, it } from 'vitest'
import type { Log } from '../src/log.ts'
import { annotateAll } from '../src/publication.ts'

function written(count: number, level: 'warning' | 'error'): string[] {
  const lines: string[] = []
  const log: Log = {
    info: (line) => lines.push(`info ${line}`),
    debug: (line) => lines.push(`debug ${line}`),
    warning: (message, title) => lines.push(`warning ${title}: ${message}`),
    error: (message, title) => lines.push(`error ${title}: ${message}`),
  }
  const notices = Array.from({ length: count }, (_, index) => ({ title: `t${index}`, message: `a\nb${index}` }))
  annotateAll(notices, level, log)
  return lines
}

describe('annotateAll', () => {
  it('annotates each', () => {
    expect(written(0, 'error')).toEqual([])
    expect(written(2, 'warning')).toEqual(['warning t0: a\nb0', 'warning t1: a\nb1'])
    expect(written(8, 'error')).toHaveLength(8)
  })

  it('tells in the log what is beyond the ten of the runner, and annotates that there is more', () => {
    const lines = written(10, 'error')
    expect(lines.filter((line) => line.startsWith('error'))).toHaveLength(9)
    expect(lines.slice(8)).toEqual([
      'error t8: 2 more, see the log of this step',
      'info t8: a',
      'info b8',
      'info t9: a',
      'info b9',
    ])
  })
})
