/**
 * Judges a register whose writes are distinct, in linear time: `value-chains.ts`, where every chain is one version.
 */
import type { Monitor } from './monitor.ts';
import { judgeValues } from './value-chains.ts';

export const registerMonitor: Monitor = { name: 'register-zones', judge: judgeValues };
