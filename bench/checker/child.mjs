/**
 * A program that reports in JSON lines, with a limit of its time and one of its memory. It says how it ended.
 *
 * The time counts from the line `{"phase":"loaded"}` on, to the line `{"phase":"first"}`: reading a file is not measured.
 * Memory is what the kernel counts as resident, looked at every 20 ms; a peak in between is seen when the child reports it.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';

/** The longest that reading, and that all repetitions after the first check may take. */
const otherPhasesMs = 300_000;
/** A program that watches its own limit of time may say so itself. */
const graceMs = 1000;

/**
 * @returns `{ loaded, first, warm, died, peakMb, wallMs }`: the reports that came; why it died before the first check was
 * over (`time`, `memory`, or what it said), or null.
 */
export function runLimited(command, args, { timeoutMs, memoryMb }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const outcome = { loaded: null, first: null, warm: null, died: null, peakMb: 0, wallMs: 0 };
    let killed = null;
    let errors = '';
    let begin = performance.now();
    const kill = why => {
      killed ??= why;
      child.kill('SIGKILL');
    };
    const end = () => child.kill('SIGKILL');
    process.once('exit', end);
    let timer = setTimeout(kill, otherPhasesMs, 'time to read');
    const limit = (ms, why) => {
      clearTimeout(timer);
      timer = setTimeout(kill, ms, why);
    };
    const watch = setInterval(() => {
      const resident = residentMb(child.pid);
      outcome.peakMb = Math.max(outcome.peakMb, resident);
      if (resident > memoryMb) kill('memory');
    }, 20);
    createInterface({ input: child.stdout }).on('line', text => {
      const report = JSON.parse(text);
      outcome[report.phase] = report;
      if (report.phase === 'loaded') {
        begin = performance.now();
        limit(timeoutMs + graceMs, 'time');
      }
      if (report.phase === 'first') {
        outcome.wallMs = performance.now() - begin;
        limit(otherPhasesMs, 'time of repetitions');
      }
    });
    child.stderr.on('data', bytes => {
      errors += bytes;
    });
    child.on('error', reject);
    child.on('close', (status, signal) => {
      process.off('exit', end);
      clearTimeout(timer);
      clearInterval(watch);
      if (outcome.first === null) {
        outcome.wallMs = performance.now() - begin;
        outcome.died = killed ?? reasonOf(errors, status, signal);
      } else if (outcome.first.verdict === 'unknown') outcome.died = outcome.first.reason ?? 'time';
      else if (status !== 0 && killed === null) outcome.died = reasonOf(errors, status, signal);
      resolve(outcome);
    });
  });
}

/** 0 when it has just ended. */
export function residentMb(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmRSS:\s+(\d+)/m)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function reasonOf(errors, status, signal) {
  if (/heap out of memory|out of memory/.test(errors)) return 'its heap is full';
  const line = errors.split('\n').find(text => /error|panic|fatal/i.test(text)) ?? errors.trim().split('\n')[0];
  return `${signal ?? `exit ${status}`}${line ? `: ${line.slice(0, 120)}` : ''}`;
}
