/**
 * Judges a register with cas where writes and cas leave distinct values, in linear time: `chains.ts`.
 */
import type { Monitor } from '../monitor.ts';
import { judgeValues } from './chains.ts';

export const casRegisterMonitor: Monitor = { name: 'cas-register-chains', judge: judgeValues };
