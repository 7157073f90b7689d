/**
 * A register: one value, null at first. `read -> value`, `write value`. Each key is a register of its own.
 */
import {
  describeValue,
  describeValueOperation,
  leavesValue,
  needsValue,
  noticeableValues,
  representativeValues,
  simplifyValues,
  stepValue,
} from './guarded-value.ts';
import type { Model } from './model.ts';
import { partitionByKey, valueKey } from './value.ts';

export const register: Model = {
  name: 'register',
  summary: 'one value per key, null at first: read, write',
  functions: ['read', 'write'],
  initial: null,
  step: stepValue,
  stateKey: valueKey,
  isRead: operation => operation.f === 'read',
  overwrites: operation => operation.f === 'write',
  needs: needsValue,
  leaves: leavesValue,
  partition: partitionByKey,
  noticeable: noticeableValues,
  simplify: simplifyValues,
  representatives: representativeValues,
  describe: { operation: describeValueOperation, state: describeValue },
};
