using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using Microsoft.Win32.SafeHandles;

namespace FederatedQuery.Cold.Files.Caching;

/// <summary>CRC-32C of a file: what tells a file of the cache from one that a failing disk or a crash has changed.</summary>
internal static class FileChecksum
{
    private const int BufferBytes = 1024 * 1024;

    public static async Task<uint> ComputeAsync(string path, CancellationToken cancellationToken)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        return await ComputeAsync(file, cancellationToken);
    }

    public static async Task<uint> ComputeAsync(SafeFileHandle file, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var checksum = uint.MaxValue;
            long offset = 0;
            while (true)
            {
                var read = await RandomAccess.ReadAsync(file, buffer.AsMemory(0, BufferBytes), offset, cancellationToken);
                if (read == 0)
                {
                    return ~checksum;
                }

                checksum = Append(checksum, buffer.AsSpan(0, read));
                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static uint Append(uint checksum, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            checksum = BitOperations.Crc32C(checksum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var value in bytes)
        {
            checksum = BitOperations.Crc32C(checksum, value);
        }

        return checksum;
    }
}
