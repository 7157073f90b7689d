import { describe, expect, test } from 'vitest';
import { echoReplyNumber, echoRequestPacket } from '../../../../../src/runtime/docker/network/overlay/echo.ts';
import { checksum } from '../../../../../src/runtime/docker/network/overlay/own-packet.ts';
import { kernelAnswer, packetOf } from './packets.ts';

const request = echoRequestPacket({ from: '10.99.1.2', to: '10.99.1.1', number: 0xdead_beef });

describe('an echo request of ours', () => {
  test('is a packet as the kernel wants it: its checksums are right', () => {
    expect(checksum(request.subarray(0, 20))).toBe(0);
    expect(checksum(request.subarray(20))).toBe(0);
    expect(request.readUInt16BE(2)).toBe(request.length);
    expect(request.toString('hex')).toBe(
      '45000028000000004001640d0a6301020a6301010800eae3000000006f726465616c3a3adeadbeef',
    );
  });

  test('is summed up as in the example of RFC 1071', () => {
    expect(checksum(Buffer.from('0001f203f4f5f6f7', 'hex'))).toBe(0x220d);
  });

  test('is known again in its answer, by its number', () => {
    const answer = kernelAnswer(request);
    expect(answer && echoReplyNumber(answer)).toBe(0xdead_beef);
  });

  test('is not taken for its answer, nor is anything else', () => {
    const answer = kernelAnswer(request) as Buffer;
    const otherMark = Buffer.from(answer);
    otherMark[30] = 0;
    const otherProtocol = Buffer.from(answer);
    otherProtocol[9] = 17;
    const longer = Buffer.concat([answer, Buffer.from('x')]);
    const text = packetOf({ from: '10.99.1.1', to: '10.99.1.2', text: 'ordeal::' });
    for (const packet of [request, otherMark, otherProtocol, longer, text]) expect(echoReplyNumber(packet)).toBeNull();
  });
});
