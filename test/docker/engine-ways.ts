/**
 * Other ways to the engine of this machine, in front of its socket: TCP, TLS, contexts, and an `ssh` that goes nowhere
 * far.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const engineSocket = '/var/run/docker.sock';

/** An address of this machine that is not the loopback's: who uses it takes it for another's. */
export const ownAddress =
  Object.values(networkInterfaces())
    .flat()
    .find(own => own?.family === 'IPv4' && !own.internal)?.address ?? '127.0.0.1';

export class Ways implements Disposable {
  /** Of certificates, of the settings of Docker, and of what else is made. */
  readonly folder = mkdtempSync(join(tmpdir(), 'ordeal-ways-'));
  private readonly listeners: ChildProcess[] = [];

  constructor() {
    const openssl = (...flags: readonly string[]): void => {
      execFileSync('openssl', [...flags], { cwd: this.folder, stdio: 'pipe' });
    };
    const made = (name: string, ...more: readonly string[]): void => {
      const subject = ['-subj', `/CN=ordeal ${name}`];
      openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`, '-out', `${name}.csr`, ...subject);
      openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.crt`, '-days', '2', ...more);
    };
    writeFileSync(join(this.folder, 'ca.ext'), 'basicConstraints=critical,CA:true\n');
    writeFileSync(join(this.folder, 'server.ext'), `subjectAltName=IP:127.0.0.1,IP:${ownAddress}\n`);
    writeFileSync(join(this.folder, 'stranger.ext'), 'subjectAltName=DNS:elsewhere\n');
    made('ca', '-signkey', 'ca.key', '-extfile', 'ca.ext');
    const signed = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'];
    made('server', ...signed, '-extfile', 'server.ext');
    made('stranger', ...signed, '-extfile', 'stranger.ext');
    made('client', ...signed);
    this.certificates(join(this.folder, 'certificates'));
  }

  /** Puts `ca.pem`, `cert.pem` and `key.pem` into a folder. */
  certificates(folder: string): string {
    mkdirSync(folder, { recursive: true });
    for (const [from, to] of [
      ['ca.crt', 'ca.pem'],
      ['client.crt', 'cert.pem'],
      ['client.key', 'key.pem'],
    ] as const) {
      execFileSync('cp', [join(this.folder, from), join(folder, to)]);
    }
    return folder;
  }

  /** The port where the engine is reached without any protection. */
  async tcp(): Promise<number> {
    return await this.listen('TCP-LISTEN:0,bind=127.0.0.1');
  }

  /** The port where the engine is reached by those who show a certificate. */
  async tls({ bind = '127.0.0.1', as = 'server' } = {}): Promise<number> {
    const file = (name: string): string => join(this.folder, name);
    const certificates = `cert=${file(`${as}.crt`)},key=${file(`${as}.key`)},cafile=${file('ca.crt')},verify=1`;
    return await this.listen(`OPENSSL-LISTEN:0,bind=${bind},${certificates}`);
  }

  /** Settings of Docker in which this context is the one in use; `tls` when it has certificates. */
  context(endpoint: Readonly<Record<string, unknown>>, { tls = false } = {}): string {
    const settings = mkdtempSync(join(this.folder, 'settings-'));
    const name = 'ordeal-test';
    const id = createHash('sha256').update(name).digest('hex');
    mkdirSync(join(settings, 'contexts', 'meta', id), { recursive: true });
    const meta = { Name: name, Metadata: {}, Endpoints: { docker: { SkipTLSVerify: false, ...endpoint } } };
    writeFileSync(join(settings, 'contexts', 'meta', id, 'meta.json'), JSON.stringify(meta));
    writeFileSync(join(settings, 'config.json'), JSON.stringify({ currentContext: name }));
    if (tls) this.certificates(join(settings, 'contexts', 'tls', id, 'docker'));
    return settings;
  }

  /** A folder with an `ssh` that logs in nowhere and does here what is to be done there. `uses`: a line for each, its pid first. */
  ssh(): { readonly folder: string; readonly uses: string } {
    const folder = mkdtempSync(join(this.folder, 'ssh-'));
    const uses = join(folder, 'uses');
    const script = [
      '#!/bin/sh',
      // It has no settings to tell of.
      'case "$*" in *" -G "*) exit 1 ;; esac',
      'unset DOCKER_HOST DOCKER_CONFIG',
      `echo "$$ $*" >>${uses}`,
      'while [ "$1" != -- ]; do shift; done',
      'shift 2',
      'exec "$@"',
      '',
    ].join('\n');
    writeFileSync(join(folder, 'ssh'), script, { mode: 0o755 });
    return { folder, uses };
  }

  private async listen(where: string): Promise<number> {
    // Who has sent all it has to say still waits for the answer.
    const flags = ['-d', '-d', '-t', '60', `${where},reuseaddr,fork`, `UNIX-CONNECT:${engineSocket}`];
    const socat = spawn('socat', flags, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.listeners.push(socat);
    const said: string[] = [];
    const lines = createInterface({ input: socat.stderr });
    return await new Promise((resolve, reject) => {
      socat.on('error', reject);
      socat.on('close', () => reject(new Error(`socat has ended: ${said.join('\n')}`)));
      lines.on('line', line => {
        said.push(line);
        const port = /listening on .*:(\d+)$/.exec(line)?.[1];
        if (port !== undefined) resolve(Number(port));
      });
    });
  }

  [Symbol.dispose](): void {
    for (const listener of this.listeners) listener.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
