/**
 * Small text files for a container, packed as the engine takes them.
 */
import { pack } from 'tar-stream';

/** By absolute path. Folders that are missing are made; files are readable by all and writable by their owner. */
export function archive(files: Readonly<Record<string, string>>): NodeJS.ReadableStream {
  const tar = pack();
  for (const [path, text] of Object.entries(files)) {
    tar.entry({ name: path.replace(/^\/+/, ''), mode: text.startsWith('#!') ? 0o755 : 0o644 }, text);
  }
  tar.finalize();
  return tar;
}
