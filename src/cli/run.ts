/**
 * `ordeal run`: the flags, and what they mean. What it does is in `run-session.ts`, loaded when it is wanted.
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { RunRequest } from '../config/request.ts';

const examples = `
Examples:
  $ ordeal run
  $ ordeal run toy --bug lost-write --nemesis partition-primary
  $ ordeal run --bin "python3 raft.py" --workload lin-kv --nodes 5 --time-limit 30s
  $ ordeal run etcd --set reads=serializable --nemesis partition-primary
  $ ordeal run my-store.yaml --time-limit 1m             a configuration; flags win over it
  $ ordeal run my-store.yaml --case bad --runs 5         one of its cases, five times: how often is it caught?
  $ ordeal run --plan .ordeal/latest/plan.json          the same choices again

A configuration says the same as the flags, in YAML, and may describe a store of your own:
  system:                          a built-in one by its name, or yours by image, build, or compose
    image: my-store:1.2            (compose: docker-compose.yml, nodes: [a, b, c])
    command: [my-store, --name, '{node}', --peers, '{nodes:{peer}:7000,,}']
    nodes: 3
    data: /data
    ready: /health
    client:                        etcd, redis, ...: the client of a built-in system; {command: [...]}: yours; or HTTP:
      port: 8080
      functions:
        read:  {request: 'GET /kv/{key}', ok: {status: 200, value: $.value}, not-found: null}
        write: {request: {method: PUT, path: '/kv/{key}', body: {value: '{value}'}}, ok: [200, 204], fail: [503]}
        cas:   {request: {method: POST, path: '/kv/{key}', body: {from: '{from}', to: '{to}'}}, ok: 200, refused: 409}
  workload: lin-kv                 what is not listed as an outcome is "info": nobody knows whether it happened
  nemesis: [partition-primary, kill-one]
  time-limit: 30s
  cases:                           one run each; exit code 0 when every one comes out as expected
    - {name: good, expect: pass}
    - {name: bad, settings: {reads: local}, expect: {verdict: fail, anomaly: not-linearizable}}
    - {name: weaker, same-history-as: bad, consistency: sequential, expect: pass}

The run directory (.ordeal/latest) keeps report.html (open it), summary.md, plan.json, history.jsonl, verdict.json,
host.json, environment.json, messages.jsonl (where the harness is the network) and nodes/*.log.
The seed repeats our choices (operations, faults, targets), not the timing of the machine.
`;

export function runCommand(): Command {
  return new Command('run')
    .summary('drive a system through faults and judge what happened')
    .description(
      'Starts a system, drives it while its network and nodes are broken, heals it, and judges the recorded history.',
    )
    .argument('[config-or-system]', 'a configuration (.yaml), or a built-in system (ordeal list systems; default: toy)')
    .option('--bin <command>', 'your own node: a command that speaks the Maelstrom protocol on stdin and stdout')
    .option('--bug <name>', 'plant a bug in the toy store; may be repeated (ordeal list bugs)', collect, [])
    .option('--set <key=value>', 'a setting of the system; may be repeated', collect, [])
    .option('-w, --workload <name>', 'what the clients do (ordeal list workloads)')
    .option(
      '-n, --nemesis <name>',
      'a fault programme by name or a YAML file; may be repeated (ordeal list nemeses)',
      collect,
      [],
    )
    .option('--nodes <count>', "members of the cluster (default: the system's own, else 5)", wholeNumber(1, 99))
    .option('--time-limit <duration>', 'how long the clients work (default: 15s)')
    .option(
      '--rate <number>',
      'operations per second over all clients; 0: as fast as they are answered (default: 100)',
      wholeNumber(0, 1e6),
    )
    .option('--concurrency <number>', 'clients, or a multiple of the nodes: 2n (default: 2n)')
    .option('--timeout <duration>', "how long a client waits for one answer (default: the system's own, else 1s)")
    .option(
      '--latency <spec>',
      'of messages between nodes: exponential:2ms, uniform:5ms, constant:0ms (default: exponential:2ms)',
    )
    .addOption(
      new Option(
        '--network <kind>',
        'how nodes in Docker reach each other: as they are, or through a network of ours (default: direct)',
      ).choices(['direct', 'overlay']),
    )
    .addOption(
      new Option('--consistency <model>', 'what lin-kv is judged by (default: linearizable)').choices([
        'linearizable',
        'sequential',
      ]),
    )
    .option('--converge-within <duration>', 'how long the members may take to agree after healing (default: 10s)')
    .option('-s, --seed <text>', 'repeat the choices of an earlier run (default: a new one, printed)')
    .option('--plan <file>', 'run a saved plan.json; no other choice may be given')
    .option('--case <name>', 'of the cases of a configuration only this one; may be repeated', collect, [])
    .option(
      '--bail',
      'end a run as soon as an answer cannot be explained; what was recorded is judged as always (linearizable workloads)',
    )
    .option('--runs <count>', 'repeat the whole so often, each with a seed of its own', wholeNumber(1, 10_000))
    .option('--out <directory>', 'where runs are kept', '.ordeal')
    .addHelpText('after', examples)
    .action(async (target: string | undefined, flags: Flags) => {
      const { runSession } = await import('./run-session.ts');
      const { out, set, case: cases, runs, bail, ...request } = flags;
      process.exitCode = await runSession({
        target: target ?? null,
        flags: request,
        set,
        cases,
        runs: runs ?? null,
        bail: bail ?? false,
        out,
      });
    });
}

type Flags = Omit<RunRequest, 'system' | 'described' | 'settings' | 'places'> & {
  readonly set: readonly string[];
  readonly case: readonly string[];
  readonly runs?: number;
  readonly bail?: boolean;
  readonly out: string;
};

function collect(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value];
}

function wholeNumber(low: number, high: number): (text: string) => number {
  return text => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < low || value > high) {
      throw new InvalidArgumentError(`It must be a whole number from ${low} to ${high}.`);
    }
    return value;
  };
}
