using System.Collections.Immutable;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Staging;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Hot.Control.Verification;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.Tiering.Loading;

namespace FederatedQuery.Tiering.Tests.Verification;

/// <summary>The table <c>t</c> with the key <c>id</c> and the time <c>moment</c>, without hot rows.</summary>
internal static class ColdOnlyTable
{
    public static readonly TableName Name = TableName.InPublic("t");
    public static readonly TableIdentifier Identifier = new("default", "t");

    /// <param name="rows">A query of DuckDB's.</param>
    public static Task<LoadResult> LoadAsync(TieringScene tiers, string rows) => tiers.Get<TableLoader>().LoadAsync(
        new LoadRequest { TableName = "t", Source = RowSource.Select(rows, "rows"), PrimaryKey = ["id"], Tiers = LoadTiers.ColdOnly }, null, CancellationToken.None);

    /// <summary>Adds rows behind everybody's back.</summary>
    /// <param name="rows">A query of DuckDB's.</param>
    public static async Task<ImmutableArray<DataFile>> AppendAsync(TieringScene tiers, string rows)
    {
        using var lease = await tiers.Get<DuckDbEngine>().Pool.RentAsync(CancellationToken.None);
        var table = await tiers.Get<ColdCatalog>().Catalog.LoadTableAsync(Identifier, CancellationToken.None);
        var files = (await tiers.Get<ColdAppender>().WriteAsync(lease.Connection, $"({rows}) AS r", table, null, null, CancellationToken.None)).Files;
        await CommitAsync(tiers, new AppendFiles(files));
        return files;
    }

    public static Task CommitAsync(TieringScene tiers, TableChange change) =>
        tiers.Get<TableCommitter>().CommitAsync(tiers.Get<ColdCatalog>().Catalog, Identifier, [change], CancellationToken.None);

    public static Task<IReadOnlyList<Violation>> OpenViolationsAsync(TieringScene tiers) => tiers.Get<VerificationStore>().ListOpenAsync(Name, 9, CancellationToken.None);
}
