import { describe, expect, test } from 'vitest';
import { splitCommand } from '../../src/config/command.ts';

describe('the command of --bin', () => {
  test.each([
    ['python3 raft.py', ['python3', 'raft.py']],
    ['  ./node   --fast ', ['./node', '--fast']],
    ['python3 "my raft.py"', ['python3', 'my raft.py']],
    [`sh -c 'echo "hi there"'`, ['sh', '-c', 'echo "hi there"']],
    ['a\\ b c', ['a b', 'c']],
    [`x ""`, ['x', '']],
  ])('%s is split into words as a shell would', (text, words) => {
    expect(splitCommand(text)).toEqual(words);
  });

  test.each([
    ['', 'the command is empty'],
    ['   ', 'the command is empty'],
    ['python3 "raft.py', 'the command has an unclosed "'],
  ])('%j is refused', (text, message) => {
    expect(() => splitCommand(text)).toThrow(message);
  });
});
