using System.Collections.Immutable;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Hot.Control.Verification;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Loading;
using FederatedQuery.Tiering.Verification;

namespace FederatedQuery.Tiering.Tests.Verification;

/// <summary>Tables without hot rows are verified as far as they have a ledger.</summary>
public class ColdOnlyVerificationTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Verify_LoadedTwice_FindsNothingUntilRowsAreMissing()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        await LoadAsync(tiers, 0);
        await LoadAsync(tiers, 1000);

        Assert.StartsWith("0 violations: 2 days of table 't', 400 cold rows (0 added by others), 0 hot rows", await tiers.VerifyAsync("t"), StringComparison.Ordinal);

        await tiers.Get<ColdDeletes>().DeleteAsync(
            tiers.Get<ColdCatalog>().Catalog, ColdOnlyTable.Identifier, Expression.Equal("id", Literal.Long(17)), ImmutableDictionary<string, string>.Empty, CancellationToken.None);
        await Assert.ThrowsAsync<TieringException>(() => tiers.VerifyAsync("t"));
        var found = Assert.Single(await ColdOnlyTable.OpenViolationsAsync(tiers));
        Assert.Equal((new DateOnly(2026, 1, 2), ViolationKind.MissingRows), (found.Day, found.Kind));
    }

    [Fact]
    public async Task Verify_AKeyLoadedTwiceBehindEverybodysBack_IsDoubled()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        await LoadAsync(tiers, 0);
        await ColdOnlyTable.AppendAsync(tiers, "SELECT 17::BIGINT AS id, TIMESTAMP '2026-01-02 09:00:00' AS moment");

        await Assert.ThrowsAsync<TieringException>(() => tiers.VerifyAsync("t"));

        var found = Assert.Single(await ColdOnlyTable.OpenViolationsAsync(tiers));
        Assert.Equal((ViolationKind.DoubledKeys, "1 primary keys are of several cold rows, such as (17)"), (found.Kind, found.Detail));
    }

    [Fact]
    public async Task List_TablesWithoutALedgerOrDropped_AreNotAmongThem()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        await LoadAsync(tiers, 0);
        var tables = tiers.Get<VerifiedTables>();
        Assert.Equal("t", Assert.Single(await tables.ListAsync(CancellationToken.None)).Name);

        // As if others had made it and filled it.
        await tiers.ExecuteAsync("DELETE FROM federated_query.moves");
        await LoadAsync(tiers, 1000);
        Assert.Empty(await tables.ListAsync(CancellationToken.None));

        await tiers.Get<ColdCatalog>().Catalog.DropTableAsync(ColdOnlyTable.Identifier, CancellationToken.None);
        await LoadAsync(tiers, 0);
        Assert.StartsWith("0 violations: 2 days of table 't', 200 cold rows", await tiers.VerifyAsync("t"), StringComparison.Ordinal);
    }

    /// <summary>100 rows on each of 2026-01-01 and 2026-01-02.</summary>
    private static Task<LoadResult> LoadAsync(TieringScene tiers, int firstId) =>
        ColdOnlyTable.LoadAsync(tiers, $"SELECT {firstId} + i AS id, TIMESTAMP '2026-01-01' + (i % 2) * INTERVAL 1 DAY AS moment FROM range(200) AS numbers(i)");
}
