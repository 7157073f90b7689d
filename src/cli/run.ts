/**
 * `ordeal run`: the flags, and what they mean. What it does is in `run-session.ts`, loaded when it is wanted.
 */
import { Command, InvalidArgumentError } from 'commander';
import type { RunRequest } from '../config/plan.ts';

const examples = `
Examples:
  $ ordeal run
  $ ordeal run toy --bug lost-write --nemesis partition-primary
  $ ordeal run --bin "python3 raft.py" --workload lin-kv --nodes 5 --time-limit 30s
  $ ordeal run --plan .ordeal/latest/plan.json          the same choices again

The run directory (.ordeal/latest) keeps plan.json, history.jsonl, verdict.json, host.json and nodes/*.log.
The seed repeats our choices (operations, faults, targets), not the timing of the machine.
`;

export function runCommand(): Command {
  return new Command('run')
    .summary('drive a system through faults and judge what happened')
    .description(
      'Starts a system, drives it while its network and nodes are broken, heals it, and judges the recorded history.',
    )
    .argument('[system]', 'a built-in system (ordeal list systems)', 'toy')
    .option('--bin <command>', 'your own node: a command that speaks the Maelstrom protocol on stdin and stdout')
    .option('--bug <name>', 'plant a bug in the toy store; may be repeated (ordeal list bugs)', collect, [])
    .option('-w, --workload <name>', 'what the clients do (ordeal list workloads)')
    .option(
      '-n, --nemesis <name>',
      'a fault programme by name or a YAML file; may be repeated (ordeal list nemeses)',
      collect,
      [],
    )
    .option('--nodes <count>', 'members of the cluster (default: 5)', wholeNumber(1, 99))
    .option('--time-limit <duration>', 'how long the clients work (default: 15s)')
    .option(
      '--rate <number>',
      'operations per second over all clients; 0: as fast as they are answered (default: 100)',
      wholeNumber(0, 1e6),
    )
    .option('--concurrency <number>', 'clients, or a multiple of the nodes: 2n (default: 2n)')
    .option('--timeout <duration>', 'how long a client waits for one answer (default: 1s)')
    .option(
      '--latency <spec>',
      'of messages between nodes: exponential:2ms, uniform:5ms, constant:0ms (default: exponential:2ms)',
    )
    .option('--converge-within <duration>', 'how long the members may take to agree after healing (default: 10s)')
    .option('-s, --seed <text>', 'repeat the choices of an earlier run (default: a new one, printed)')
    .option('--plan <file>', 'run a saved plan.json; no other choice may be given')
    .option('--out <directory>', 'where runs are kept', '.ordeal')
    .addHelpText('after', examples)
    .action(async (system: string, flags: Omit<RunRequest, 'system'> & { readonly out: string }, command: Command) => {
      const { runSession } = await import('./run-session.ts');
      const { out, ...request } = flags;
      const chosen = command.args.length > 0 ? { system } : {};
      process.exitCode = await runSession({ ...request, ...chosen }, out);
    });
}

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
