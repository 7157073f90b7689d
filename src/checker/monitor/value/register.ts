/**
 * Judges a register whose writes are distinct, in linear time: `chains.ts`, where every chain is one version.
 */
import type { Monitor } from '../monitor.ts';
import { judgeValues } from './chains.ts';

export const registerMonitor: Monitor = { name: 'register-zones', judge: judgeValues };
