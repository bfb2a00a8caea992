import type { Account } from '../../src/voting/people.ts'
import type { Comment, Thread, ThreadEvent } from '../../src/voting/thread.ts'
import type { Question } from '../../src/voting/verdict.ts'

const person = (id: number, login: string): Account => ({ id, login, isUser: true })

export const people = {
  ...{ alice: person(1, 'alice'), bob: person(2, 'bob'), carol: person(3, 'carol'), dave: person(4, 'dave') },
  ...{ mallory: person(6, 'mallory'), robot: { id: 7, login: 'robot[bot]', isUser: false } },
  us: { id: 99, login: 'github-actions[bot]', isUser: false },
} as const

export type Name = keyof typeof people

export const openedAtMs = Date.parse('2026-03-01T10:00:00Z')
export const deadlineMs = openedAtMs + 3_600_000

/** A comment a minute after the issue; ids in the order in which comments are made here. */
export function commentsOf(...said: readonly (readonly [Name, string, Partial<Comment>?])[]): Comment[] {
  return said.map(([name, body, other], index) => ({
    ...{ id: 100 + index, author: people[name], body, createdAtMs: openedAtMs + 60_000 },
    ...{ isEdited: false, editors: [], viaEmail: false, viaApp: false },
    ...other,
  }))
}

export function threadOf(comments: readonly Comment[], events: readonly ThreadEvent[] = [], isOpen = true): Thread {
  return { isOpen, events, comments }
}

/** Two of alice, bob and carol have to approve, within an hour, what dave started. */
export function questionOf(thread: Thread, other: Partial<Question> = {}): Question {
  const eligible = new Set([people.alice.id, people.bob.id, people.carol.id])
  return {
    terms: { openedAtMs, deadlineMs, items: 2 },
    electorate: { eligible, remaining: eligible, initiators: new Set([people.dave.id]), commitAuthors: new Set([5]) },
    thread,
    seen: thread.comments,
    ...{ quorum: 2, needsChecklist: false, us: people.us, newerRequest: undefined, nowMs: openedAtMs + 120_000 },
    ...other,
  }
}
