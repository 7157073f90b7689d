/** Records without end, for a test that kills it: `node recording.mjs RECORDER PATH`. Says so when it has begun. */
const [, , module, path] = process.argv;
const { Recorder } = await import(module);
let now = 0;
const clock = {
  now: () => now++,
  schedule(delayMs, callback) {
    const timer = setTimeout(() => callback(), delayMs);
    return () => clearTimeout(timer);
  },
};
const header = {
  ordeal: 1,
  system: 'toy',
  workload: 'echo',
  model: null,
  seed: '1',
  nodes: ['n1'],
  startedAt: '2026-01-02T03:04:05.000Z',
};
const recorder = Recorder.create({ path, header, clock });
for (let operation = 0; ; operation++) {
  const id = operation % 7;
  try {
    recorder.invoke({ process: id, node: 'n1', f: 'echo', key: null, value: `é€😀 ${operation}` });
    recorder.complete(id, { type: 'ok', value: `é€😀 ${operation}` });
  } catch (error) {
    recorder.close();
    console.log(JSON.stringify({ code: error.code, message: error.message, hint: error.hint, exit: error.exit }));
    break;
  }
  if (operation === 1000) {
    // What was recorded is written some milliseconds later.
    await new Promise(resolve => setTimeout(resolve, 20));
    process.stdout.write('begun\n');
  }
}
