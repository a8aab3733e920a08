// The header of a file in a tar archive. Source: POSIX.1-1988 ustar.

export const TAR_BLOCK_BYTES = 512

/**
 * Of a plain file. Sizes beyond 8 GiB take the base-256 form of GNU tar.
 * @param name without folders, at most 100 bytes: so one block is enough
 * @param size of the content in bytes
 */
export function tarHeader(name: string, size: number): Buffer {
  const block = Buffer.alloc(TAR_BLOCK_BYTES)
  block.write(name, 0, 100)
  block.write('0000644\0', 100)
  block.write('0000000\0', 108)
  block.write('0000000\0', 116)
  if (size < 8 ** 11) block.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  else {
    block.writeUInt8(0x80, 124)
    block.writeBigUInt64BE(BigInt(size), 128)
  }
  block.write('00000000000\0', 136)
  block.write('        0', 148)
  block.write('ustar\x0000', 257)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}
