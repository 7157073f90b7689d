/**
 * A registry with one image, on this machine. An engine asks those of the loopback without TLS.
 *
 * Source: the distribution specification, manifest schema 2.
 */
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { archive } from '../../src/runtime/docker/files.ts';

const media = 'application/vnd.docker';

export class FakeRegistry implements Disposable {
  readonly address: string;
  /** When somebody has asked for a layer. */
  readonly asked: Promise<void>;
  private readonly server: Server;

  /** `silent`: a layer is promised and never sent. */
  static async open(options: { readonly layers: readonly string[]; readonly silent?: boolean }): Promise<FakeRegistry> {
    let onAsked = (): void => undefined;
    const asked = new Promise<void>(resolve => {
      onAsked = resolve;
    });
    const { contents, manifest, layers } = await imageOf(options.layers);
    const server = createServer((request, response) => {
      const digest = /(sha256:\w+)$/.exec(request.url ?? '')?.[1] ?? '';
      const isManifest = request.url?.includes('/manifests/') ?? false;
      const body = isManifest ? manifest : (contents.get(digest) ?? Buffer.from('{}'));
      response.setHeader('Docker-Distribution-Api-Version', 'registry/2.0');
      response.setHeader('Content-Length', body.length);
      if (isManifest) {
        response.setHeader('Content-Type', `${media}.distribution.manifest.v2+json`);
        response.setHeader('Docker-Content-Digest', digestOf(manifest));
      }
      if (layers.has(digest)) onAsked();
      if (options.silent === true && layers.has(digest)) response.flushHeaders();
      else response.end(request.method === 'HEAD' ? undefined : body);
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return new FakeRegistry(server, asked);
  }

  private constructor(server: Server, asked: Promise<void>) {
    this.server = server;
    this.asked = asked;
    this.address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  [Symbol.dispose](): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

async function imageOf(texts: readonly string[]) {
  const archives = await Promise.all(texts.map((text, index) => buffer(archive({ [`/file-${index}`]: text }))));
  const packed = archives.map(bytes => gzipSync(bytes));
  const config = Buffer.from(
    JSON.stringify({
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      os: 'linux',
      config: { Cmd: ['/file-0'] },
      rootfs: { type: 'layers', diff_ids: archives.map(digestOf) },
    }),
  );
  const described = (bytes: Buffer, type: string) => ({
    mediaType: `${media}.${type}`,
    size: bytes.length,
    digest: digestOf(bytes),
  });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: `${media}.distribution.manifest.v2+json`,
      config: described(config, 'container.image.v1+json'),
      layers: packed.map(bytes => described(bytes, 'image.rootfs.diff.tar.gzip')),
    }),
  );
  const layers = new Set(packed.map(digestOf));
  return { manifest, layers, contents: new Map([config, ...packed].map(bytes => [digestOf(bytes), bytes])) };
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
