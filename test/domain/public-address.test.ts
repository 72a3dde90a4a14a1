import assert from "node:assert/strict";
import fc from "fast-check";
import { isLoopback, isPublicAddress } from "../../domain/public-address.ts";

describe("isPublicAddress", () => {
  it("knows what is not reachable from everywhere", () => {
    const wrong = [
      ...["0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1"],
      ...["172.31.255.255", "192.0.0.8", "192.168.1.1", "198.18.0.1", "203.0.113.7", "224.0.0.1", "255.255.255.255"],
      ...["::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::7f00:1", "64:ff9b::a00:1"],
      ...["fd00:ec2::254", "fc00::1", "fe80::1", "fec0::1", "ff02::1", "2001::1", "2001:db8::1", "2002:7f00:1::"],
      ...["", "localhost", "example.com", "127.1", "0x7f000001"],
    ].filter(isPublicAddress);
    assert.deepEqual(wrong, []);
  });

  it("lets the rest of the internet be", () => {
    const right = ["8.8.8.8", "172.15.255.255", "172.32.0.1", "192.169.0.1", "223.255.255.254", "2606:4700::1111"];
    assert.deepEqual(right.filter(isPublicAddress), right);
  });

  it("never takes an IPv4 address inside an IPv6 address for public", () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const [a = 0, b = 0, c = 0, d = 0] = address.split(".").map(Number);
        const hex = `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
        for (const wrapped of [`::ffff:${address}`, `::${hex}`, `64:ff9b::${hex}`, `2002:${hex}::`])
          assert.equal(isPublicAddress(wrapped), false, wrapped);
      }),
    );
  });

  it("tells this machine from others", () => {
    assert.deepEqual(["127.0.0.1", "127.9.9.9", "::1", "10.0.0.1", "localhost"].map(isLoopback), [
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});
