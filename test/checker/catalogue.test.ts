import { describe, expect, test } from 'vitest';
import { OrdealError } from '../../src/base/errors.ts';
import { checkerByName, checkers } from '../../src/checker/catalogue.ts';
import { workloads } from '../../src/generator/workloads/catalogue.ts';
import { Story } from './story.ts';
import { verdictOf } from './verdicts.ts';

describe('the catalogue of checkers', () => {
  test('has each name once, with a summary of one line', () => {
    expect(new Set(checkers.map(({ name }) => name)).size).toBe(checkers.length);
    for (const { summary } of checkers) expect(summary).toMatch(/^[a-z][^\n]{10,120}$/);
  });

  test('knows every checker that a workload asks for', () => {
    for (const name of workloads.flatMap(workload => workload.checkers)) expect(checkerByName(name).name).toBe(name);
  });

  test('says which name was meant', () => {
    const error = (name: string) => {
      try {
        return checkerByName(name);
      } catch (thrown) {
        return thrown instanceof OrdealError ? `${thrown.code}: ${thrown.message}; ${thrown.hint}` : thrown;
      }
    };
    expect(error('linearisable')).toBe(
      'UNKNOWN_CHECKER: there is no checker "linearisable"; did you mean "linearizable"?',
    );
    expect(error('zzz')).toBe(
      'UNKNOWN_CHECKER: there is no checker "zzz"; one of availability, coverage, linearizable, sequential, convergence, set, counter, overwritten, kafka, unique-ids, echo',
    );
  });

  test('judges linearizability by the model of the header, or by the one that was asked for', () => {
    const story = new Story('lin-kv', ['n1'], 'cas-register').run('n1', 'write', { key: 1, input: 1 });
    expect(verdictOf(checkerByName('linearizable'), story.history()).validity).toBe('valid');
    expect(verdictOf(checkerByName('linearizable', { model: 'register' }), story.history()).validity).toBe('valid');
    expect(() => checkerByName('linearizable', { model: 'registre' })).toThrow('there is no model "registre"');
    const nameless = new Story('other').run('n1', 'write', { input: 1 });
    expect(() => verdictOf(checkerByName('linearizable'), nameless.history())).toThrow(
      'the history does not say which model it should be judged against',
    );
  });

  test('gives coverage what the run had set out to do', () => {
    const checker = checkerByName('coverage', { expectation: { plannedFaults: 1 } });
    expect(verdictOf(checker, new Story('echo').run('n1', 'echo').history()).summary).toBe(
      '1 fault was planned, and none began',
    );
  });
});
