/**
 * The command line as a user has it: the built programme in a process of its own, with an output directory of its own.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const entry = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Ended {
  readonly exit: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where one test keeps its runs. */
export class Workplace implements Disposable {
  readonly out = mkdtempSync(join(tmpdir(), 'ordeal-test-'));

  start(...flags: readonly string[]) {
    return execa(process.execPath, [entry, ...flags, ...(flags[0] === 'run' ? ['--out', this.out] : [])], {
      reject: false,
      cwd: this.out,
      env: { NO_COLOR: '1' },
    });
  }

  async ordeal(...flags: readonly string[]): Promise<Ended> {
    const { exitCode, stdout, stderr } = await this.start(...flags);
    return { exit: exitCode, stdout, stderr };
  }

  latest(file: string): string {
    return join(this.out, 'latest', file);
  }

  json(file: string): unknown {
    return JSON.parse(readFileSync(this.latest(file), 'utf8'));
  }

  [Symbol.dispose](): void {
    rmSync(this.out, { recursive: true, force: true });
  }
}

/** Processes whose command line holds this text; zombies are not counted. */
export function processesWith(text: string): string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && existsSync(`/proc/${name}/cmdline`))
    .flatMap(pid => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ');
        return command.includes(text) ? [`${pid} ${command}`] : [];
      } catch {
        return [];
      }
    });
}
