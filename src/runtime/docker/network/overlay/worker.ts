/**
 * Where the thread of the overlay's hub begins. Started by `hub-thread.ts`, never imported.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { present } from '../../../../base/assert.ts';
import type { HubTask } from './messages.ts';
import { serve } from './serve.ts';

await serve({ port: present(parentPort), task: workerData as HubTask });
