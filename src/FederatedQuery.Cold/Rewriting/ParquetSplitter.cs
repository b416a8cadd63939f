using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using FederatedQuery.Cold.Parquet;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Iceberg.Spec;
using Microsoft.Win32.SafeHandles;

namespace FederatedQuery.Cold.Rewriting;

/// <summary>
/// Cuts a file that was just written into files of whole row groups, byte for byte. DuckDB can begin new files itself (<c>FILE_SIZE_BYTES</c>), but its
/// threads then mix up the order of the rows; one sorted file that is cut afterwards is as fast, and sorted.
/// </summary>
internal static class ParquetSplitter
{
    private const int FrameBytes = 8;
    private const int BufferBytes = 1 << 20;

    /// <param name="file">Written by <see cref="ParquetWriter"/>.</param>
    /// <param name="schema">What was written.</param>
    /// <param name="targetBytes">About how large each file is to be.</param>
    /// <param name="path">Where a file goes, by its number from 0; what is there is the caller's to delete, before it asks for the next.</param>
    /// <param name="cancellationToken">Gives up; a part of a file may stay behind.</param>
    /// <returns>The files, in the order of their rows; <paramref name="file"/> itself when it is not to be cut.</returns>
    public static async IAsyncEnumerable<WrittenFile> SplitAsync(
        WrittenFile file, Schema schema, long targetBytes, Func<int, string> path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var count = RewriteRequest.FilesOf(file.SizeBytes, targetBytes);
        if (count == 1)
        {
            yield return file;
            yield break;
        }

        using var source = File.OpenHandle(file.LocalPath, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.Asynchronous);
        var footer = await ReadFooterAsync(source, cancellationToken);
        if (footer.Obstacle is not null || footer.RowGroups.Length == 1)
        {
            yield return file;
            yield break;
        }

        foreach (var (number, rowGroups) in Divide(footer, count).Index())
        {
            var parts = ReducedParquet.Plan(footer, [.. Enumerable.Range(0, footer.Fields.Length)], rowGroups);
            var target = path(number);
            await CopyAsync(source, parts, target, cancellationToken);
            yield return new WrittenFile(
                target, rowGroups.Sum(group => footer.RowGroups[group].RowCount), parts.Length, FooterStatistics.Of(footer, rowGroups, schema, file.Statistics));
        }
    }

    /// <summary>Neighbours, as alike in bytes as row groups allow.</summary>
    private static IEnumerable<IReadOnlyList<int>> Divide(ParquetFooter footer, int count)
    {
        var bytes = footer.RowGroups.Select(group => group.Chunks.Sum(chunk => chunk.CompressedBytes)).ToArray();
        var share = (double)bytes.Sum() / count;
        var end = 0L;
        return Enumerable.Range(0, bytes.Length)
            .GroupBy(group =>
            {
                // By where its middle lies.
                var middle = end + (bytes[group] / 2.0);
                end += bytes[group];
                return Math.Min(count - 1, (int)(middle / share));
            })
            .Select(groups => (IReadOnlyList<int>)[.. groups]);
    }

    private static async Task CopyAsync(SafeFileHandle source, ReducedParquet parts, string path, CancellationToken cancellationToken)
    {
        using var target = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.Asynchronous, parts.Length);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            await RandomAccess.WriteAsync(target, ReducedParquet.Header, 0, cancellationToken);
            foreach (var chunk in parts.Chunks)
            {
                for (var done = 0L; done < chunk.Length;)
                {
                    var wanted = buffer.AsMemory(0, (int)Math.Min(buffer.Length, chunk.Length - done));
                    var read = await RandomAccess.ReadAsync(source, wanted, chunk.Source + done, cancellationToken);
                    await RandomAccess.WriteAsync(target, wanted[..CheckRead(read)], chunk.Target + done, cancellationToken);
                    done += read;
                }
            }

            await RandomAccess.WriteAsync(target, parts.Footer, parts.Length - parts.Footer.Length, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<ParquetFooter> ReadFooterAsync(SafeFileHandle file, CancellationToken cancellationToken)
    {
        var length = RandomAccess.GetLength(file);
        var frame = new byte[FrameBytes];
        await ReadFullyAsync(file, frame, length - FrameBytes, cancellationToken);
        var footer = new byte[BinaryPrimitives.ReadInt32LittleEndian(frame)];
        var dataEnd = length - FrameBytes - footer.Length;
        await ReadFullyAsync(file, footer, dataEnd, cancellationToken);
        return ParquetFooterReader.Read(footer, dataEnd);
    }

    private static async Task ReadFullyAsync(SafeFileHandle file, Memory<byte> target, long offset, CancellationToken cancellationToken)
    {
        while (!target.IsEmpty)
        {
            var read = CheckRead(await RandomAccess.ReadAsync(file, target, offset, cancellationToken));
            target = target[read..];
            offset += read;
        }
    }

    private static int CheckRead(int read) => read > 0 ? read : throw new EndOfStreamException("A Parquet file that was just written ends before its footer says so.");
}
