import type { Reply } from '../answers.ts'
import type { Why } from '../voting/votes.ts'

interface Words {
  /** Behind "did not count: ". */
  readonly cause: string
  /** A whole sentence; empty where nothing can be done. */
  readonly nextStep: string
}

const anew = 'Write a new comment.'

/** Why a comment did not count, for people. */
export const whyNot: Readonly<Record<Exclude<Reply['why'], 'counted'>, Words>> = {
  replaced: { cause: 'replaced by a later vote', nextStep: '' },
  left: {
    cause: 'this person is no longer in the list of approvers',
    nextStep: 'Ask somebody who is in the list.',
  },
  initiator: {
    cause: 'whoever started this run may not vote on it',
    nextStep: 'Somebody else has to approve.',
  },
  'commit-author': {
    cause: 'whoever wrote what is to be deployed may not vote on it',
    nextStep: 'Somebody else has to approve.',
  },
  stranger: {
    cause: 'only those named in the issue may vote',
    nextStep: 'Ask one of them.',
  },
  'not-a-user': { cause: 'only people may vote', nextStep: '' },
  'by-app': { cause: 'it was written by an app', nextStep: 'Write it yourself, on GitHub.' },
  'by-email': {
    cause: 'it came by e-mail, which proves nobody',
    nextStep: 'Write it on GitHub.',
  },
  'too-early': { cause: 'it is older than this request', nextStep: anew },
  'too-late': { cause: 'it came after the deadline', nextStep: 'Run the job again to ask anew.' },
  edited: { cause: 'it was edited', nextStep: anew },
  deleted: { cause: 'it was deleted', nextStep: anew },
  'no-such-item': {
    cause: 'the checklist has no such item',
    nextStep: 'Look at the numbers in the issue.',
  },
  'look-alike': {
    cause: 'it looks like a command and is none',
    nextStep: 'Begin a new comment with /approve, /deny, /withdraw, /check or /status, and a space behind it.',
  },
  'bare-word': {
    cause: 'words alone are no vote',
    nextStep: 'Write a new comment that begins with /approve or /deny.',
  },
}

/** `did not count: it was edited`; empty for what counted. */
export function whyOf(why: Why): string {
  return why === 'counted' ? '' : whyNot[why].cause
}
