/** A running cyclic redundancy check. */
export interface Crc {
  update(bytes: Uint8Array): void;
  /** The checksum so far, as big-endian bytes. */
  digest(): Buffer;
}

/** CRC-32C (Castagnoli), reflected polynomial, as S3's `x-amz-checksum-crc32c`. */
export function crc32c(): Crc {
  let crc = 0xffffffff;
  return {
    update(bytes) {
      let c = crc;
      for (let i = 0; i < bytes.length; i++) c = castagnoli[(c ^ bytes[i]!) & 0xff]! ^ (c >>> 8);
      crc = c;
    },
    digest() {
      const out = Buffer.alloc(4);
      out.writeUInt32BE((crc ^ 0xffffffff) >>> 0);
      return out;
    },
  };
}

/** CRC-64/NVME, as S3's `x-amz-checksum-crc64nvme`. Two 32-bit halves, because BigInt is 20 times slower. */
export function crc64nvme(): Crc {
  let high = 0xffffffff;
  let low = 0xffffffff;
  return {
    update(bytes) {
      let h = high;
      let l = low;
      for (let i = 0; i < bytes.length; i++) {
        const at = (l ^ bytes[i]!) & 0xff;
        l = ((l >>> 8) | (h << 24)) ^ nvme.low[at]!;
        h = (h >>> 8) ^ nvme.high[at]!;
      }
      high = h;
      low = l;
    },
    digest() {
      const out = Buffer.alloc(8);
      out.writeUInt32BE(~high >>> 0, 0);
      out.writeUInt32BE(~low >>> 0, 4);
      return out;
    },
  };
}

const castagnoli = Int32Array.from({ length: 256 }, (_, index) => {
  let c = index;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1;
  return c;
});

const nvme = ((): { high: Int32Array; low: Int32Array } => {
  const polynomial = 0x9a6c9329ac4bc9b5n;
  const high = new Int32Array(256);
  const low = new Int32Array(256);
  for (let index = 0; index < 256; index++) {
    let c = BigInt(index);
    for (let bit = 0; bit < 8; bit++) c = c & 1n ? (c >> 1n) ^ polynomial : c >> 1n;
    high[index] = Number(BigInt.asIntN(32, c >> 32n));
    low[index] = Number(BigInt.asIntN(32, c));
  }
  return { high, low };
})();
