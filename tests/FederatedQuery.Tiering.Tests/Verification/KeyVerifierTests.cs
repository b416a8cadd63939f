using FederatedQuery.Cold;
using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Scanning;
using FederatedQuery.Cold.Verification;
using FederatedQuery.Hot.Control.Verification;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Verification;

namespace FederatedQuery.Tiering.Tests.Verification;

/// <summary>A table with the key <c>id</c>, whose days share no file.</summary>
public class KeyVerifierTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly Violation Doubled = new(
        new DateOnly(2026, 1, 1), ViolationKind.KeysOnSeveralDays, "1 primary keys are of cold rows of other days too, such as (18), also on 2026-02-01");

    [Fact]
    public async Task Verify_AKeyOnTwoDaysThatShareNoFile_IsFoundAndClosedByItsKind()
    {
        await using var tiers = await LoadedAsync(postgres, "i % 2");
        Assert.StartsWith("0 violations: 2 days", await tiers.VerifyAsync("t"), StringComparison.Ordinal);
        var copies = await ColdOnlyTable.AppendAsync(tiers, "SELECT 18::BIGINT AS id, TIMESTAMP '2026-02-01 09:00:00' AS moment");

        var error = await Assert.ThrowsAsync<TieringException>(() => tiers.VerifyAsync("t"));
        Assert.StartsWith($"1 violations: 2026-01-01: keys-on-several-days: {Doubled.Detail}. Looked at: 2 days", error.Message, StringComparison.Ordinal);
        Assert.Equal([Doubled], await ColdOnlyTable.OpenViolationsAsync(tiers));

        // Looking at its days alone says nothing about it.
        var table = await tiers.Get<VerifiedTables>().FindAsync(ColdOnlyTable.Name, CancellationToken.None);
        var verifier = tiers.Get<TableVerifier>();
        foreach (var range in await verifier.ListAsync(table, 1L << 30, CancellationToken.None))
        {
            Assert.Empty((await verifier.VerifyAsync(table, range, CancellationToken.None)).Violations);
        }

        Assert.Equal([Doubled], await ColdOnlyTable.OpenViolationsAsync(tiers));

        // And the other way round: the key is gone, and its row is missing.
        await ColdOnlyTable.CommitAsync(tiers, new OverwriteFiles() { Removed = copies });
        await verifier.VerifyAsync(table, new DayRange(new DateOnly(2026, 2, 1), new DateOnly(2026, 2, 1), 0), CancellationToken.None);
        Assert.Equal([Doubled.Kind, ViolationKind.MissingRows], (await ColdOnlyTable.OpenViolationsAsync(tiers)).Select(violation => violation.Kind));
        Assert.Empty((await tiers.Get<KeyVerifier>().VerifyAsync(table, CancellationToken.None))!.Violations);
        Assert.Equal([ViolationKind.MissingRows], (await ColdOnlyTable.OpenViolationsAsync(tiers)).Select(violation => violation.Kind));
    }

    [Fact]
    public async Task Read_InPassesAndPortions_FindsTheSame()
    {
        await using var tiers = await LoadedAsync(postgres, "i % 2");
        await ColdOnlyTable.AppendAsync(tiers, "SELECT 2 * i AS id, TIMESTAMP '2026-02-01 09:00:00' AS moment FROM range(50) AS numbers(i)");
        await ColdOnlyTable.AppendAsync(tiers, "SELECT 4 * i AS id, TIMESTAMP '2026-03-05 09:00:00' AS moment FROM range(5) AS numbers(i)");
        var cold = (await tiers.Get<ColdTables>().FindAsync(ColdOnlyTable.Identifier, null, CancellationToken.None))!;
        var days = await tiers.Get<ColdDayRanges>().ListAsync(cold, "moment", [], 1L << 30, CancellationToken.None);
        using var lease = await tiers.Get<DuckDbEngine>().Pool.RentAsync(CancellationToken.None);

        Assert.All(
            [await ReadAsync(1L << 30, 1_000), await ReadAsync(1, 1_000), await ReadAsync(1, 20)],
            found =>
            {
                Assert.Equal(
                    [(1, 2, 45L), (1, 3, 5L)],
                    found.Doubled.Select(pair => (pair.First.Month, pair.Last.Month, pair.Keys)));
                Assert.Equal((255L, null), (found.Rows, found.Unreadable));
            });

        Task<ColdKeys> ReadAsync(long maxBytes, long keysAtOnce) =>
            new ColdKeyReader(tiers.Get<ColdScans>()) { KeysAtOnce = keysAtOnce }
                .ReadAsync(lease.Connection, cold, "moment", ["id"], days, maxBytes, CancellationToken.None);
    }

    [Fact]
    public async Task Verify_KeysThatGrowWithTime_ReadsNoneUntilTheyOverlap()
    {
        await using var tiers = await LoadedAsync(postgres, "i // 100");
        var table = await tiers.Get<VerifiedTables>().FindAsync(ColdOnlyTable.Name, CancellationToken.None);
        var verifier = tiers.Get<KeyVerifier>();
        Assert.Equal(DateTimeOffset.MinValue, await verifier.FindDueAsync(table, CancellationToken.None));

        Assert.Equal(0, (await verifier.VerifyAsync(table, CancellationToken.None))!.Bytes);
        Assert.Null(await verifier.FindDueAsync(table, CancellationToken.None));

        await ColdOnlyTable.AppendAsync(tiers, "SELECT 18::BIGINT AS id, TIMESTAMP '2026-02-01 09:00:00' AS moment");
        Assert.NotNull(await verifier.FindDueAsync(table, CancellationToken.None));
        var found = await verifier.VerifyAsync(table, CancellationToken.None);
        Assert.True(found!.Bytes > 0);
        Assert.Equal([Doubled], found.Violations);
    }

    [Fact]
    public async Task RunOnce_AfterTheDays_VerifiesTheKeys()
    {
        await using var tiers = await LoadedAsync(postgres, "i % 2");
        await ColdOnlyTable.AppendAsync(tiers, "SELECT 18::BIGINT AS id, TIMESTAMP '2026-02-01 09:00:00' AS moment");
        var loop = tiers.Get<VerificationLoop>();
        for (var turn = 0; turn < 3; turn++)
        {
            await tiers.ExecuteAsync("UPDATE federated_query.verification_turn SET next_at = clock_timestamp()");
            Assert.NotNull(await loop.RunOnceAsync(CancellationToken.None));
        }

        Assert.Equal([Doubled], await ColdOnlyTable.OpenViolationsAsync(tiers));
    }

    [Fact]
    public async Task Verify_AFileGone_LeavesTheKeysUnknown()
    {
        await using var tiers = await LoadedAsync(postgres, "i % 2");
        var copies = await ColdOnlyTable.AppendAsync(tiers, "SELECT 18::BIGINT AS id, TIMESTAMP '2026-02-01 09:00:00' AS moment");
        await Assert.ThrowsAsync<TieringException>(() => tiers.VerifyAsync("t"));
        File.Delete(new Uri(copies[0].FilePath).LocalPath);

        var error = await Assert.ThrowsAsync<TieringException>(() => tiers.VerifyAsync("t"));

        Assert.EndsWith("Whether a key is on several days is not known, for a file could not be read.", error.Message, StringComparison.Ordinal);
        Assert.Equal([Doubled.Kind, ViolationKind.UnreadableFile], (await ColdOnlyTable.OpenViolationsAsync(tiers)).Select(violation => violation.Kind));

        // It is due again, and others are before it.
        var table = await tiers.Get<VerifiedTables>().FindAsync(ColdOnlyTable.Name, CancellationToken.None);
        Assert.True(await tiers.Get<KeyVerifier>().FindDueAsync(table, CancellationToken.None) > DateTimeOffset.MinValue);
    }

    /// <summary>200 rows, in files by month.</summary>
    /// <param name="month">Whose first day a row is of: 0 or 1, in DuckDB's SQL.</param>
    private static async Task<TieringScene> LoadedAsync(PostgresFixture postgres, string month)
    {
        var tiers = await TieringScene.StartAsync(postgres);
        await ColdOnlyTable.LoadAsync(tiers, $"SELECT i AS id, TIMESTAMP '2026-01-01' + ({month}) * INTERVAL 1 MONTH AS moment FROM range(200) AS numbers(i)");
        return tiers;
    }
}
