import type { RecordEntry } from '../../src/record/record-file.ts'
import { snapshot } from './made.ts'

/** A line of the record that is like any other but for what a test is about. */
export function entry(more: Partial<RecordEntry> = {}): RecordEntry {
  return {
    at: '2026-12-01T01:00:00Z',
    event: 'known-good',
    provider: 'kubernetes',
    subject: snapshot([]).subject.id,
    version: 'template:a',
    ...{ commit: '', from: '', to: '', outcome: 'recorded', reason: '', run: '', by: '' },
    ...more,
  }
}

/** The same of a rollback. */
export function rollback(from: string, to: string, more: Partial<RecordEntry> = {}): RecordEntry {
  return entry({ event: 'rollback', version: to, from, to, outcome: 'rolled-back', ...more })
}
