/**
 * What can be done to the network here, found out by doing it: in a holder's own namespace, to a table and a device that
 * nobody uses.
 */
import type { Capability } from '../../cluster.ts';
import type { HolderShell } from '../shell.ts';

/** What there is, and of what there is not, why. */
export interface NetworkAbilities {
  readonly available: readonly Capability[];
  readonly missing: ReadonlyMap<Capability, string>;
}

const tables = {
  drop: 'drop',
  lose: 'numgen random mod 1000000 < 500000 drop',
  reject: 'meta l4proto tcp reject with tcp reset',
} as const;

export async function networkAbilities(shell: HolderShell): Promise<NetworkAbilities> {
  const queue = (what: string): string => `tc qdisc add dev lo root ${what} && tc qdisc del dev lo root`;
  const trials: readonly (readonly [readonly Capability[], string])[] = [
    [['partition', 'one-way', 'cut-clients'], tryRule(tables.drop)],
    [['loss'], tryRule(tables.lose)],
    [['reject'], tryRule(tables.reject)],
    [['rate'], queue('handle 1: htb')],
    [['delay'], queue('netem delay 1ms')],
  ];
  const available: Capability[] = [];
  const missing = new Map<Capability, string>();
  for (const [capabilities, script] of trials) {
    const reason = await shell.run(script).then(
      () => null,
      (error: Error) => error.message.replace(/^in the holder of .*?: (Error: )?/, '').split('\n')[0] ?? 'refused',
    );
    if (reason === null) available.push(...capabilities);
    else for (const capability of capabilities) missing.set(capability, `this kernel says: ${reason}`);
  }
  return { available, missing };
}

/** In a chain that is attached to nothing. */
function tryRule(rule: string): string {
  return [
    'nft -f - <<END && nft delete table inet ordeal_trial',
    'add table inet ordeal_trial',
    'add chain inet ordeal_trial trial { type filter hook input priority -300; policy accept; }',
    // An address that no packet has.
    `add rule inet ordeal_trial trial ether saddr 02:00:00:00:00:01 ${rule}`,
    'END',
  ].join('\n');
}
