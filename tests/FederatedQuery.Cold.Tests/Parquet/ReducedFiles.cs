using System.Buffers.Binary;
using FederatedQuery.Cold.Parquet;

namespace FederatedQuery.Cold.Tests.Parquet;

/// <summary>Reduced Parquet files, made in memory from whole ones.</summary>
internal static class ReducedFiles
{
    public static ParquetFooter FooterOf(byte[] file)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(file.Length - 8));
        var end = file.Length - 8 - length;
        return ParquetFooterReader.Read(file.AsSpan(end, length).ToArray(), end);
    }

    public static byte[] Make(byte[] file, ReducedParquet reduced)
    {
        var made = new byte[reduced.Length];
        ReducedParquet.Header.Span.CopyTo(made);
        foreach (var chunk in reduced.Chunks)
        {
            file.AsSpan((int)chunk.Source, (int)chunk.Length).CopyTo(made.AsSpan((int)chunk.Target));
        }

        reduced.Footer.Span.CopyTo(made.AsSpan(made.Length - reduced.Footer.Length));
        return made;
    }
}
