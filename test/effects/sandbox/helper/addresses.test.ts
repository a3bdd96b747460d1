import assert from 'node:assert/strict';
import { canonicalHost, isOwnAddress, isOwnMachine } from '../../../../src/effects/sandbox/helper/addresses.ts';

describe('a host', () => {
  it('is this machine in every spelling', () => {
    for (const host of [
      '0.0.0.0 0 0.1.2.3 127.0.0.1 127.1 127.9.9.9 0x7f.1 0x7f000001 2130706433 017700000001 0177.0.0.1',
      'localhost LOCALHOST localhost. a.localhost a.b.localhost. ip6-localhost localhost.localdomain',
      '[::] :: [::1] ::1 [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] ::ffff:7f00:1 [::127.0.0.1] [64:ff9b::127.0.0.1]',
      '[2002:7f00:1::] [::ffff:0.0.0.0] [::ffff:0:127.0.0.1] fe80::1%eth0 １２７.0.0.1',
      '169.254.169.254 [::ffff:169.254.169.254] [fd00:ec2::254] metadata.google.internal 100.100.100.200',
    ].flatMap(line => line.split(' ')))
      assert.ok(isOwnMachine(host), host);
  });

  it('is another where it only looks alike', () => {
    for (const host of 'example.com localhost.example.com 128.0.0.1 1.1.1.1 10.0.0.1 192.168.1.5 [2606:4700::1111] 127.example'.split(
      ' ',
    ))
      assert.ok(!isOwnMachine(host), host);
  });

  it('is this machine where it cannot be read', () => {
    for (const host of ['', 'a b', 'a@b', 'a/b', '1.2.3.4.5.0x7']) assert.ok(isOwnMachine(host), host);
  });

  it('is written in one way', () => {
    assert.equal(canonicalHost('EXAMPLE.com.'), 'example.com');
    assert.equal(canonicalHost('0x7f.1'), '127.0.0.1');
  });

  it('is told by the addresses that its name leads to', () => {
    for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1', 'fe80::1%1', 'nonsense'])
      assert.ok(isOwnAddress(address));
    assert.ok(!isOwnAddress('93.184.216.34'));
  });
});
