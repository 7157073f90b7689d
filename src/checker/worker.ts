/**
 * Where a checker worker begins. Started by `pool.ts`, never imported.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { present } from '../base/assert.ts';
import { checkerByName } from './catalogue.ts';
import type { WorkerTask } from './messages.ts';
import { serve } from './serve.ts';

serve({ port: present(parentPort), task: workerData as WorkerTask, checkerByName });
