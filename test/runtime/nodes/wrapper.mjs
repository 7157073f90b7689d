/** Starts another node as a child that inherits everything, as a shell script does: `wrapper.mjs NODE ARGUMENTS`. */
import { spawn } from 'node:child_process';

spawn(process.execPath, process.argv.slice(2), { stdio: 'inherit' });
