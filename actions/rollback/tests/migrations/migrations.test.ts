import { Malformed } from '@deploy-safety/common/inputs'
import { describe, expect, it, test } from 'vitest'
import { hazardOf, parseGlobs } from '../../src/migrations/migrations.ts'

const policy = { globs: ['db/migrate/**', '**/*.sql'], action: 'warn' } as const

describe('globs of migrations', () => {
  it('are read line by line', () => {
    expect(parseGlobs('db/migrate/**\n\n  **/*.sql ')).toEqual(['db/migrate/**', '**/*.sql'])
  })

  test.each(['/db/**', '!db/**'])('%j is refused', (text) => {
    expect(() => parseGlobs(text)).toThrow(Malformed)
  })
})

describe('a hazard', () => {
  test.each([
    [['src/index.ts'], ''],
    [['db/migrate/1.rb'], 'Files of migrations changed in between: db/migrate/1.rb'],
    [['db/migrate/a/b/1.rb', 'x.sql'], 'Files of migrations changed in between: db/migrate/a/b/1.rb, x.sql'],
    [
      ['1.sql', '2.sql', '3.sql', '4.sql', '5.sql'],
      'Files of migrations changed in between: 1.sql, 2.sql, 3.sql and 2 more',
    ],
    [[], ''],
  ])('of %j is %j', (files, expected) => {
    expect(hazardOf({ kind: 'known', files }, policy)).toBe(expected)
  })

  it('is there where it is not known', () => {
    expect(hazardOf({ kind: 'unknown', why: 'no checkout' }, policy)).toMatch(/is not known: no checkout$/)
  })
})
