import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeLine, encodeEvent, encodeHeader, encodeTrailer } from '../../src/history/codec.ts';
import type { EventDraft, HistoryEvent } from '../../src/history/event.ts';
import { parseLine } from '../../src/history/line.ts';
import { anyDrafts } from './arbitrary.ts';
import { events, testHeader } from './build.ts';
import { runs } from './files.ts';

function decoded(line: string): unknown {
  const text = line.trimEnd();
  return decodeLine(parseLine(text), text);
}

describe('the line format', () => {
  test('has the field words, in one order, and leaves out what is absent', () => {
    const lines = events(`
      p3@n1 invoke write x 5
      p4 invoke read 7
      p4 ok null
      p3 info -- timed out
      p5 invoke cas x [1,2]
      p5 fail "refused" -- code 22
      phase heal
      fault begin 1 partition n1,n2
      fault end 1 partition n1,n2 bit 312 messages dropped
      replica n1 {"x":5}
    `).map(encodeEvent);
    expect(lines.join('')).toBe(`\
{"index":0,"time":0,"process":3,"type":"invoke","f":"write","key":"x","value":5,"node":"n1"}
{"index":1,"time":1000000,"process":4,"type":"invoke","f":"read","key":7}
{"index":2,"time":2000000,"process":4,"type":"ok","value":null}
{"index":3,"time":3000000,"process":3,"type":"info","error":"timed out"}
{"index":4,"time":4000000,"process":5,"type":"invoke","f":"cas","key":"x","value":[1,2]}
{"index":5,"time":5000000,"process":5,"type":"fail","value":"refused","error":"code 22"}
{"index":6,"time":6000000,"type":"phase","name":"heal"}
{"index":7,"time":7000000,"type":"fault","phase":"begin","fault":{"id":1,"kind":"partition","targets":["n1","n2"],"description":"partition n1,n2"}}
{"index":8,"time":8000000,"type":"fault","phase":"end","fault":{"id":1,"kind":"partition","targets":["n1","n2"],"description":"partition n1,n2","bit":true,"evidence":"312 messages dropped"}}
{"index":9,"time":9000000,"type":"replica","node":"n1","state":{"x":5}}
`);
  });

  test('has a header and a trailer', () => {
    const header = testHeader({ model: 'cas-register' });
    expect(encodeHeader(header)).toBe(
      '{"ordeal":1,"system":"test","workload":"test","model":"cas-register","seed":"1","nodes":["n1","n2","n3"],"startedAt":"2026-01-02T03:04:05.000Z"}\n',
    );
    expect(decoded(encodeHeader(header))).toEqual({ kind: 'header', header });
    const trailer = { events: 3, digest: 'ab' };
    expect(encodeTrailer(trailer)).toBe('{"events":3,"digest":"ab"}\n');
    expect(decoded(encodeTrailer(trailer))).toEqual({ kind: 'trailer', trailer });
  });

  test('says nothing that is not in the types, whatever an object carries besides', () => {
    const fault = { id: 1, kind: 'kill', targets: ['n1'], description: 'kill n1', secret: 1 };
    const event: HistoryEvent = { index: 0, time: 0, type: 'fault', phase: 'begin', fault };
    expect(encodeEvent(event)).not.toContain('secret');
  });

  test('an absent key, node or argument may also be written as null', () => {
    const short = decoded('{"index":0,"time":0,"process":0,"type":"invoke","f":"read"}');
    const long = decoded(
      '{"index":0,"time":0,"process":0,"type":"invoke","f":"read","key":null,"value":null,"node":null}',
    );
    expect(short).toEqual(long);
    expect(long).toEqual({
      kind: 'event',
      event: { index: 0, time: 0, process: 0, type: 'invoke', f: 'read', key: null, value: null, node: null },
      repeated: null,
    });
  });

  test('every event comes back as it was, and is one line of UTF-8', () => {
    fc.assert(
      fc.property(anyDrafts, fc.nat(), (drafts, time) => {
        for (const [index, draft] of drafts.entries()) {
          const event: HistoryEvent = { index, time, ...draft };
          const line = encodeEvent(event);
          expect(line.indexOf('\n')).toBe(line.length - 1);
          expect(Buffer.from(line).toString()).toBe(line);
          const back = decodeLine(parseLine(line.trimEnd()), line);
          expect(back.kind === 'event' && encodeEvent(back.event)).toBe(line);
          expect(back.kind === 'event' && withoutIndex(back.event)).toEqual(withoutIndex(event));
        }
      }),
      { numRuns: runs },
    );
  });
});

function withoutIndex(event: HistoryEvent): EventDraft {
  const { index: _index, time: _time, ...draft } = event;
  return JSON.parse(JSON.stringify(draft)) as EventDraft;
}
