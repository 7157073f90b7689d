/**
 * Judges histories of a register, with or without cas, whose values tell which operation made them.
 *
 * Values become versions, versions form chains, and the zones of the chains have an order or not; at last the refused cas
 * look for gaps in it. Each step is linear. To leave refused cas out is sound for `invalid`: they change nothing.
 */
import type { Subhistory } from '../../subhistory/subhistory.ts';
import type { MonitorVerdict } from '../monitor.ts';
import { fitRefused } from './refused-cas.ts';
import { culpritsOf } from './culprits.ts';
import { numberValues } from './numbers.ts';
import { versionsOf } from './versions.ts';
import { zonesOf } from './zones.ts';

export function judgeValues(subhistory: Subhistory): MonitorVerdict {
  const values = numberValues(subhistory.classes);
  const versions = versionsOf(subhistory, values);
  if (typeof versions === 'string') return { validity: 'inapplicable', why: versions };
  const zones = zonesOf(subhistory, versions);
  if (zones.kind !== 'ordered') return culpritsOf(subhistory, versions, zones);
  return fitRefused(subhistory, { values, versions, order: zones.order });
}
