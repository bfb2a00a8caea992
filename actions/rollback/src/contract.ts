import { type Contract, commonInputs, commonReasons } from '@deploy-safety/common/contract'
import { verifyInputs } from './verification/verify-inputs.ts'

export const contract = {
  name: 'rollback',
  outcomes: {
    'rolled-back': 'succeeds',
    'nothing-to-do': 'succeeds',
    planned: 'succeeds',
    recorded: 'succeeds',
    'rolled-back-unhealthy': 'fails',
    'not-converged': 'fails',
    'no-target': 'fails',
    refused: 'fails',
    superseded: 'fails',
    'reverted-by-controller': 'fails',
    failed: 'fails',
    unknown: 'fails',
    cancelled: 'always-fails',
  },
  inputs: {
    provider: '',
    mode: 'execute',
    to: 'last-known-good',
    'expected-current': '',
    reason: '',
    evidence: 'auto',
    'require-evidence': 'false',
    'record-path': '',
    deny: '',
    migrations: '',
    'on-migrations': 'warn',
    timeout: '10m',
    'converge-timeout': '',
    ...verifyInputs,
    'stability-window': '30s',
    workload: '',
    service: '',
    'selector-key': '',
    namespace: '',
    kubeconfig: '',
    'allow-exec': 'false',
    context: '',
    'cluster-uid': '',
    'recover-stuck-pods': 'false',
    'allow-managed': 'false',
    'kubectl-version': '',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the runner fills it in
    'github-token': '${{ github.token }}',
    ...commonInputs,
  },
  outputs: { from: '', to: '', evidence: '', 'elapsed-ms': '' },
  reasons: {
    ok: {
      outcomes: ['rolled-back', 'planned', 'recorded'],
      cause:
        'The target is live, converged, verified where verify-url is given, and stable. Mode plan: it would be written. Mode record: what is live is recorded as good.',
      nextStep: 'Find out what was wrong with the version that was rolled back, and keep it from being deployed again.',
    },
    'already-current': {
      outcomes: ['nothing-to-do'],
      cause: 'The version in `to` is the one that runs already.',
      nextStep: 'If it is unhealthy, name another version in `to`.',
    },
    'already-rolled-back': {
      outcomes: ['nothing-to-do'],
      cause: 'What runs was itself brought back, and it is well. A second run goes no further back.',
      nextStep: 'To go back further, name the version in `to`.',
    },
    'verification-failed': {
      outcomes: ['rolled-back-unhealthy'],
      cause: 'The target is live, but verify-url says that it is unhealthy. It stays.',
      nextStep:
        'Look at the last response and at what both versions depend on, such as a database; name another version in `to`.',
    },
    'converge-timeout': {
      outcomes: ['not-converged'],
      cause: 'The target was written, but was not wholly up within converge-timeout.',
      nextStep: 'Look at its pods: the message says what they wait for. Running the action again waits on.',
    },
    'crash-loop': {
      outcomes: ['not-converged'],
      cause: 'A container of the target ends again and again.',
      nextStep: 'Read its last words in the summary, or with kubectl logs --previous; name another version in `to`.',
    },
    'image-pull': {
      outcomes: ['not-converged'],
      cause: 'An image of the target cannot be pulled.',
      nextStep:
        'Look whether the image still exists and whether the cluster may pull it; name another version in `to`.',
    },
    'config-error': {
      outcomes: ['not-converged'],
      cause: 'A container of the target cannot be created from its configuration.',
      nextStep: 'Restore what the message names, or name another version in `to`.',
    },
    quota: {
      outcomes: ['not-converged'],
      cause: 'A quota or an admission policy keeps the pods of the target from being created.',
      nextStep: 'Raise the quota or change the policy that the message names; the rollout then goes on by itself.',
    },
    'stuck-pods': {
      outcomes: ['not-converged'],
      cause:
        'A StatefulSet replaces its pods in order, and waits for a pod of the bad version that will never be ready.',
      nextStep: 'Delete the pod that the message names, or set recover-stuck-pods to true and run the action again.',
    },
    'no-history': {
      outcomes: ['no-target'],
      cause: 'There is no older version.',
      nextStep: 'Deploy a good version. Keep a history: revisionHistoryLimit of the workload must be above 0.',
    },
    'all-excluded': {
      outcomes: ['no-target'],
      cause: 'There are older versions, but each is excluded, or the one in `to` is denied.',
      nextStep: 'Read in the table why. An explicit `to` goes back to a version that was rolled back from.',
    },
    'no-evidence': {
      outcomes: ['no-target'],
      cause: 'Nothing says which of the older versions was good.',
      nextStep: 'Name the version in `to`. After each healthy deployment, run mode record.',
    },
    'target-not-found': {
      outcomes: ['no-target'],
      cause: 'The version in `to` is not among those that can be gone back to.',
      nextStep: 'Take one from the table of candidates.',
    },
    'exec-refused': {
      outcomes: ['refused'],
      cause: 'The kubeconfig runs a program to log in.',
      nextStep:
        'Use a kubeconfig with a token, log in in a step before, or set allow-exec to true if you trust the program.',
    },
    'wrong-cluster': {
      outcomes: ['refused'],
      cause: 'The cluster is not the one in cluster-uid, or its UID may not be read.',
      nextStep: 'Check kubeconfig and context against cluster-uid.',
    },
    'not-found': {
      outcomes: ['refused'],
      cause: 'What is to be rolled back does not exist.',
      nextStep: 'Check name, kind, namespace and cluster.',
    },
    'missing-permission': {
      outcomes: ['refused'],
      cause: 'The user of the kubeconfig lacks rights. Nothing was written.',
      nextStep: 'Bind the Role in the summary to this user.',
    },
    'managed-by-other': {
      outcomes: ['refused'],
      cause: 'Another tool owns the workload and would undo the rollback.',
      nextStep: 'Roll back there, as the message says; allow-managed: true does it here all the same.',
    },
    paused: {
      outcomes: ['refused'],
      cause: 'Its rollout is paused, or its pods are only replaced when somebody deletes them (OnDelete).',
      nextStep: 'Resume it (kubectl rollout resume), or change its update strategy.',
    },
    'in-progress': {
      outcomes: ['refused'],
      cause: 'A rollout is under way.',
      nextStep: 'Wait until it is over, then run the action again.',
    },
    'stale-current': {
      outcomes: ['refused'],
      cause: 'What runs is not the version in expected-current.',
      nextStep: 'Look at what was deployed meanwhile, and decide anew.',
    },
    'dependency-missing': {
      outcomes: ['refused'],
      cause: 'The version in `to` needs a ConfigMap, Secret or ServiceAccount that is gone.',
      nextStep: 'Restore what the message names, or name another version.',
    },
    'endpoints-not-ready': {
      outcomes: ['refused'],
      cause: 'No pod of the target is ready, so that the Service would lead nowhere.',
      nextStep: 'Scale the target up and wait until it is ready, then run the action again.',
    },
    migrations: {
      outcomes: ['refused'],
      cause: 'Files of migrations changed between what runs and the target, or whether they did is not known.',
      nextStep:
        'Look whether the older version can work with the database of today. If it can, set on-migrations to warn.',
    },
    'invalid-input': { outcomes: ['refused'], ...commonReasons['invalid-input'] },
    'internal-error': {
      outcomes: ['refused', 'unknown'],
      cause: 'The action itself failed: refused before a write, unknown after it.',
      nextStep:
        'This is a bug in the action. Look at the state with the command in the message before you run it again, and report the log.',
    },
    conflict: {
      outcomes: ['superseded'],
      cause: 'Somebody deployed a third version meanwhile.',
      nextStep: 'Look at what runs now, and decide anew.',
    },
    reverted: {
      outcomes: ['reverted-by-controller'],
      cause: 'The version that was rolled back from came back: a controller or a person put it there.',
      nextStep: 'Roll back where the message says that the change came from.',
    },
    unreachable: {
      outcomes: ['failed'],
      cause: 'The API did not respond. Nothing was written.',
      nextStep: 'Check network, address and certificate of the cluster, then run the action again.',
    },
    unauthorized: {
      outcomes: ['failed'],
      cause: 'The credentials are wrong or have expired. Nothing was written.',
      nextStep: 'Renew the credentials, then run the action again.',
    },
    'api-error': {
      outcomes: ['failed'],
      cause: 'The API refused, or responded incorrectly. In the end nothing was changed.',
      nextStep: 'Read the message of the API. Run the action again when the cause is gone.',
    },
    'tool-failed': {
      outcomes: ['failed'],
      cause: 'The program kubectl cannot be had or cannot be run. In the end nothing was changed.',
      nextStep: 'Install kubectl in a step before, or let the runner reach dl.k8s.io.',
    },
    'switched-back': {
      outcomes: ['failed'],
      cause: 'The target was unhealthy behind the Service, so traffic was switched back to where it was.',
      nextStep: 'Neither version is well: look at both, and at what they depend on.',
    },
    'connection-lost': {
      outcomes: ['unknown'],
      cause: 'The write was sent, or may have been, and the API has not responded since.',
      nextStep:
        'Look at the state with the command in the message. Running the action again explains and finishes what was begun.',
    },
    timeout: {
      outcomes: ['unknown'],
      cause: 'The timeout was over before the state was known.',
      nextStep: 'Look at the state with the command in the message, then run the action again with a longer timeout.',
    },
    unverified: {
      outcomes: ['unknown'],
      cause: 'The target is live, but whether it is healthy could not be found out.',
      nextStep: 'Check verify-url from the network of the runner; then check the service by hand.',
    },
    cancelled: {
      outcomes: ['cancelled'],
      cause: 'The job was cancelled or the step timed out. What was written stays.',
      nextStep:
        'Look at the state with the command in the message. Running the action again explains and finishes what was begun.',
    },
  },
} as const satisfies Contract

export type InputName = keyof typeof contract.inputs
export type OutputName = keyof typeof contract.outputs
export type OutcomeName = keyof typeof contract.outcomes
export type ReasonCode = keyof typeof contract.reasons
