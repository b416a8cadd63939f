using System.Collections.Immutable;
using System.Numerics;
using FederatedQuery.Iceberg.Manifests;

namespace FederatedQuery.Cold.Writing;

/// <summary>Data files in their place in the store, not yet part of any snapshot.</summary>
/// <param name="RowHashSum">The sum of a hash over all columns of each row, in whatever order the rows come; see <see cref="Checksum"/>.</param>
public sealed record ColdFiles(ImmutableArray<DataFile> Files, BigInteger RowHashSum)
{
    public static ColdFiles None { get; } = new([], BigInteger.Zero);

    public long Rows => Files.Sum(file => file.RecordCount);

    public long Bytes => Files.Sum(file => file.FileSizeInBytes);

    /// <summary>The sum with the name of the hash, which may differ between versions of DuckDB: <c>duckdb-v1.5.5:123</c>.</summary>
    public string Checksum => $"duckdb-{DuckDb.DuckDBDatabase.LibraryVersion}:{RowHashSum}";

    public ColdFiles With(ColdFiles more) => new([.. Files, .. more.Files], RowHashSum + more.RowHashSum);
}
