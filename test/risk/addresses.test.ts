import assert from 'node:assert/strict';
import { isPublicAddress } from '../../src/risk/addresses.ts';

describe('an address', () => {
  it('is public where it is one of the internet', () => {
    const all = [
      '1.1.1.1',
      '93.184.216.34',
      '172.32.0.1',
      '100.128.0.1',
      '2606:4700:4700::1111',
      '2a00:1450:4001:82a::200e',
    ];
    assert.deepEqual(
      all.filter(address => !isPublicAddress(address)),
      [],
    );
  });

  it('is not where it is this machine’s, a network’s own, a group’s, reserved, or no address at all', () => {
    const all = `127.0.0.1 127.255.255.254 0.0.0.0 0.1.2.3 ::1 ::
      10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 fc00::1 fd12:3456::1
      169.254.0.1 fe80::1 fe80::1%eth0 fec0::1
      100.64.0.1 100.127.255.254 192.0.0.8 198.18.0.1 198.51.100.7 203.0.113.9 192.0.2.1 240.0.0.1
      224.0.0.1 239.255.255.250 255.255.255.255 ff02::1
      2001:db8::1 100::1 3fff::1 5f00::1 4000::1 2001:2::1
      localhost 1.2.3 999.1.1.1 1.1.1.1:80 [2606:4700:4700::1111]`.split(/\s+/);
    assert.deepEqual([...all, ''].filter(isPublicAddress), []);
  });

  it('is not where it is a cloud’s own service', () => {
    const all = [
      '169.254.169.254',
      '169.254.170.2',
      '100.100.100.200',
      '168.63.129.16',
      '192.0.0.192',
      'fd00:ec2::254',
      'fd20:ce::254',
    ];
    assert.deepEqual(all.filter(isPublicAddress), []);
  });

  it('is judged by what it holds in the forms of IPv6 for IPv4', () => {
    const inner = ['127.0.0.1', '10.0.0.1', '169.254.169.254', '100.64.0.1', '224.0.0.1', '0.0.0.0', '168.63.129.16'];
    const forms = inner.flatMap(address => [
      `::ffff:${address}`,
      `::ffff:0:${address}`,
      `::${address}`,
      `64:ff9b::${address}`,
      `64:ff9b:1::${address}`,
      `2002:${hex(address)}::1`,
      `2001:0:${hex(address)}::1`,
    ]);
    assert.deepEqual(forms.filter(isPublicAddress), []);
    // What networks without IPv4 give for every name that has nothing else.
    assert.ok(isPublicAddress('64:ff9b::1.1.1.1'));
  });
});

function hex(address: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}
