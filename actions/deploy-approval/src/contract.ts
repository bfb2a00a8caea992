import { type Contract, commonInputs, commonReasons } from '@deploy-safety/common/contract'

export const contract = {
  name: 'deploy-approval',
  outcomes: {
    approved: 'succeeds',
    emergency: 'succeeds',
    pending: { succeedsInMode: 'request' },
    denied: 'fails',
    'timed-out': 'fails',
    superseded: 'fails',
    cancelled: 'always-fails',
    error: 'always-fails',
  },
  inputs: {
    mode: 'wait',
    approvers: '',
    'required-approvals': '2',
    initiator: 'excluded',
    'exclude-authors': 'false',
    'base-sha': '',
    environment: '',
    version: '',
    sha: '',
    'version-pattern': '',
    'requested-by': '',
    'allowed-refs': '',
    gate: '',
    checklist: '',
    'checklist-required': 'false',
    title: '',
    body: '',
    labels: 'deployment-approval',
    assign: 'true',
    timeout: '',
    'poll-interval': 'adaptive',
    supersede: 'true',
    emergency: 'false',
    reason: '',
    incident: '',
    'review-within': '48h',
    'issue-repository': '',
    'slack-webhook-url': '',
    'issue-number': '',
    'request-workflow': '',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the runner fills it in
    'github-token': '${{ github.token }}',
    ...commonInputs,
  },
  outputs: {
    approvers: '',
    'denied-by': '',
    'approved-sha': '',
    'approved-version': '',
    'issue-number': '',
    'issue-url': '',
    'request-run-id': '',
    'waited-seconds': '0',
    'api-requests': '0',
    'record-sha256': '',
  },
  reasons: {
    ok: {
      outcomes: ['approved'],
      cause: 'Enough entitled people approved exactly this deployment, and nothing spoke against it.',
      nextStep: 'None: deploy the commit in the output approved-sha.',
    },
    emergency: {
      outcomes: ['emergency'],
      cause: 'An entitled person deployed without approval, in an emergency. A review issue is open.',
      nextStep: 'Deploy now, and complete the review in the issue before it is due.',
    },
    'timed-out': {
      outcomes: ['timed-out'],
      cause: 'The deadline passed before enough people approved.',
      nextStep: 'Ask those who are missing, then run the job again. Raise timeout if people need longer.',
    },
    superseded: {
      outcomes: ['superseded'],
      cause: 'A newer request for the same environment and gate replaced this one.',
      nextStep: 'Decide the newer request. To deploy this one after all, run its job again: it is the newest then.',
    },
    cancelled: {
      outcomes: ['cancelled'],
      cause: 'The job was cancelled or the step timed out. The issue was closed; nothing is approved.',
      nextStep: 'Run the job again to ask anew. Set timeout-minutes of the step above its timeout.',
    },
    'denied-by-vote': {
      outcomes: ['denied'],
      cause: 'An entitled person denied the deployment.',
      nextStep: 'Read the reason in the issue and settle it, then run the job again.',
    },
    'closed-by-hand': {
      outcomes: ['denied'],
      cause: 'Somebody closed the issue, which denies the deployment; opening it again changes nothing.',
      nextStep: 'Ask who closed it, then run the job again.',
    },
    'request-altered': {
      outcomes: ['denied'],
      cause: 'Somebody changed the title or text of the issue, or changed or deleted a comment of an entitled person.',
      nextStep: 'Ask who changed it and why, then run the job again.',
    },
    'ref-not-allowed': {
      outcomes: ['denied'],
      cause: 'The ref of this run is not in allowed-refs. No issue was opened.',
      nextStep: 'Run the workflow from an allowed ref, or add this one to allowed-refs.',
    },
    'version-invalid': {
      outcomes: ['denied'],
      cause: 'The version does not match version-pattern. No issue was opened.',
      nextStep: 'Tag or enter a version of the accepted form.',
    },
    'emergency-not-entitled': {
      outcomes: ['denied'],
      cause: 'Who started this run is not in approvers, so there is no emergency path. No issue was opened.',
      nextStep: 'Let somebody in approvers start the run, or ask for approval without emergency.',
    },
    'quorum-impossible': {
      outcomes: ['error'],
      cause: 'Fewer people may vote than have to approve. No issue was opened.',
      nextStep: 'Add people to approvers or lower required-approvals; the message names who is excluded and why.',
    },
    'missing-permission': {
      outcomes: ['error'],
      cause: 'The token lacks a permission.',
      nextStep: 'Grant the permission that the message names, under permissions: of the job.',
    },
    'team-unreadable': {
      outcomes: ['error'],
      cause: 'The members of a team in approvers cannot be read: it does not exist, or the token may not.',
      nextStep:
        'Check the name, and give github-token a token that can read members (a GitHub App with Members: read); the job token cannot.',
    },
    'fork-pull-request': {
      outcomes: ['error'],
      cause: 'The run is for a pull request from a fork, which gets no approval.',
      nextStep: 'Ask for approval on a push or a tag of this repository.',
    },
    'issues-disabled': {
      outcomes: ['error'],
      cause: 'The repository has issues disabled, or is archived.',
      nextStep: 'Enable issues in its settings, or name another repository in issue-repository.',
    },
    'issue-gone': {
      outcomes: ['error'],
      cause: 'The issue was deleted, transferred or converted.',
      nextStep: 'Ask who did it, then run the job again.',
    },
    'api-error': {
      outcomes: ['error'],
      cause: 'GitHub did not respond correctly, and trying again did not help.',
      nextStep: 'Look at githubstatus.com, then run the job again.',
    },
    'rate-limited': {
      outcomes: ['error'],
      cause: 'The rate limit of the token is exhausted beyond the deadline.',
      nextStep: 'Run the job again later, or use a token with a budget of its own, such as that of a GitHub App.',
    },
    'token-expired': {
      outcomes: ['error'],
      cause: 'GitHub refused the token: it is wrong, was revoked or has expired.',
      nextStep: 'A token of a GitHub App expires after an hour: set timeout below it, or use the token of the job.',
    },
    'invalid-input': { outcomes: ['error'], ...commonReasons['invalid-input'] },
    'internal-error': { outcomes: ['error'], ...commonReasons['internal-error'] },
    'not-a-request': {
      outcomes: ['error'],
      cause:
        'The issue is no request of this workflow for this environment and gate, or its run has asked more than once.',
      nextStep: 'Comment on the issue that mode request opened; check environment and gate in both jobs.',
    },
    'request-unproven': {
      outcomes: ['error'],
      cause:
        'The run behind the request does not prove it: another workflow, commit, ref or repository, or a failed run.',
      nextStep: 'Start the request workflow anew from an allowed ref, and vote there.',
    },
    'policy-changed': {
      outcomes: ['error'],
      cause: 'The rules of check differ from those at the time of the request.',
      nextStep: 'Give request and check the same inputs, then open a new request.',
    },
    'already-decided': {
      outcomes: ['error'],
      cause: 'The request was closed or decided before; it counts once.',
      nextStep: 'Open a new request to deploy again.',
    },
    undecided: {
      outcomes: ['pending'],
      cause: 'The request is open; too few people have voted.',
      nextStep: 'Wait for the missing votes: the next comment runs check again.',
    },
    swept: {
      outcomes: ['pending'],
      cause: 'A run without an issue closed what had expired or was left open.',
      nextStep: 'None. Set fail-on to denied,timed-out,superseded in check, so that this passes.',
    },
  },
} as const satisfies Contract

export type InputName = keyof typeof contract.inputs
export type OutputName = keyof typeof contract.outputs
export type OutcomeName = keyof typeof contract.outcomes
export type ReasonCode = keyof typeof contract.reasons
