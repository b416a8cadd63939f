using System.Globalization;
using System.Text.Json;
using FederatedQuery.Cold.Files;
using FederatedQuery.Cold.Files.Caching;
using FederatedQuery.Cold.Tests.Files;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Tests;
using FederatedQuery.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace FederatedQuery.Cold.Tests.Scanning;

/// <summary>Tables written by other engines, with the answers that these and others give.</summary>
public class FixtureAnswersTests(ITestOutputHelper output)
{
    public static TheoryData<string> Cases => new(FixtureTables.With("name"));

    [SharedTheory]
    [MemberData(nameof(Cases))]
    public async Task Query_Table_GivesTheStatedRows(string name)
    {
        using var sut = new FixtureScan(FixtureTables.StoresOf(name));
        await CheckAllAsync(sut, name, await FixtureTables.ScanAsync(name), readsAllColumns: true);
    }

    /// <summary>The same of files that are not on local disk: of each, only the columns that a query names are fetched, as a smaller Parquet file.</summary>
    [SharedTheory]
    [MemberData(nameof(Cases))]
    public async Task Query_TableFarAway_GivesTheStatedRows(string name)
    {
        using var folder = new TemporaryFolder();
        using var metrics = new DataFileCacheMetrics();
        var options = new DataFileCacheOptions { Directory = folder.FullPath, MaxBytes = 1L << 30, PartialThresholdBytes = 0, WholeShare = double.MaxValue };
        var store = new RemoteStore(FixtureTables.Root);
        using var sut = new FixtureScan(
            FixtureTables.StoresOf(name, store),
            new DataFileSource(() => new RemoteFiles(options, metrics, TimeProvider.System, NullLogger.Instance)));
        var scan = await FixtureTables.ScanAsync(name, store);
        await CheckAllAsync(sut, name, scan, readsAllColumns: false);
        if (FixtureTables.Find(name).GetProperty("expect").GetString() == "rows")
        {
            var cold = await sut.Scans.PlanAsync(scan, scan.Schema.Fields, Expression.True, default);
            Assert.Equal(cold.Files.Count > 0, Directory.EnumerateFiles(folder.FullPath, "*.data").Any());
        }
    }

    private async Task CheckAllAsync(FixtureScan sut, string name, TableScan scan, bool readsAllColumns)
    {
        var table = FixtureTables.Find(name);
        var expect = table.GetProperty("expect").GetString();
        if (expect == "error")
        {
            var exception = await Assert.ThrowsAsync<IcebergException>(() => AskAsync(sut, scan, "SELECT * FROM t"));
            output.WriteLine(exception.Message);
            Assert.Equal(IcebergErrorKind.Unsupported, exception.Kind);
            Assert.Matches("^Data file '.+' is of format (ORC|AVRO), which is not read; PARQUET is.$", exception.Message);
            return;
        }

        foreach (var query in table.GetProperty("queries").EnumerateArray())
        {
            try
            {
                await CheckAsync(sut, At(scan, query), query, readsAllColumns);
            }
            catch (IcebergException exception) when (expect == "rows-or-error")
            {
                output.WriteLine(exception.Message);
            }
        }
    }

    [SharedFact]
    public async Task Query_Variants_AreJson()
    {
        const string Name = "impala-v3-variant";
        using var sut = new FixtureScan(FixtureTables.StoresOf(Name));
        var expected = FixtureTables.Find(Name).GetProperty("variant_json").GetProperty("values").EnumerateArray()
            .ToDictionary(item => item[0].GetInt32(), item => item[1].GetString());

        var rows = await AskAsync(sut, await FixtureTables.ScanAsync(Name), "SELECT id, v FROM t ORDER BY id");

        var actual = rows.Rows.ToDictionary(row => row[0].GetInt32(), row => row[1].GetString());
        output.WriteLine(string.Join('\n', actual.Select(item => $"{item.Key}: {item.Value}")));
        Assert.Equal(55, actual.Count);
        Assert.All(expected, item => Assert.Equal((item.Key, item.Value), (item.Key, actual[item.Key])));
    }

    internal static async Task CheckAsync(FixtureScan sut, TableScan scan, JsonElement query, bool readsAllColumns)
    {
        var sql = query.GetProperty("sql").GetString()!;
        var columns = query.TryGetProperty("row_lineage", out var lineage) && lineage.GetBoolean()
            ? [.. scan.Schema.Fields, MetadataColumns.RowId, MetadataColumns.LastUpdatedSequenceNumber]
            : scan.Schema.Fields.AsEnumerable();
        if (!readsAllColumns && !sql.Contains('*', StringComparison.Ordinal))
        {
            columns = columns.Where(column => sql.Contains(column.Name, StringComparison.OrdinalIgnoreCase));
        }

        var (actual, rows) = await AskAsync(sut, scan, sql, [.. columns]);

        var expected = query.GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal(
            query.GetProperty("columns").EnumerateArray().Select(column => (NameOf(column), column.GetProperty("type").GetString())),
            actual.Select(column => ((string?)column.Name, (string?)column.Type.ToString())));
        if (!query.GetProperty("ordered").GetBoolean())
        {
            expected = [.. expected.OrderBy(row => row.GetRawText(), StringComparer.Ordinal)];
            rows = [.. rows.OrderBy(row => row.GetRawText(), StringComparer.Ordinal)];
        }

        Assert.True(
            expected.Count == rows.Count && expected.Zip(rows).All(pair => JsonRows.AreSame(pair.First, pair.Second)),
            $"{sql}\nexpected: {string.Join('\n', expected.Take(20))}\nactual: {string.Join('\n', rows.Take(20))}");
    }

    /// <summary>Two answers stem from a reader that calls <c>count(*)</c> otherwise.</summary>
    private static string? NameOf(JsonElement column) => column.GetProperty("name").GetString() is var name && name == "count" ? "count_star()" : name;

    private static Task<(IReadOnlyList<DuckDb.DuckDBColumn> Columns, List<JsonElement> Rows)> AskAsync(
        FixtureScan sut, TableScan scan, string sql, IReadOnlyList<NestedField>? columns = null) =>
        sut.AskAsync(scan, columns ?? scan.Schema.Fields, PredicateOf(sql), sql, text => JsonRows.Read(sut.Connection, text));

    /// <summary>The one case without data files is to be settled by its bounds.</summary>
    private static Expression PredicateOf(string sql) => sql.EndsWith("WHERE block_number BETWEEN 5000000 AND 5000100", StringComparison.Ordinal)
        ? Expression.And(
            Expression.GreaterThanOrEqual("block_number", Literal.Long(5_000_000)), Expression.LessThanOrEqual("block_number", Literal.Long(5_000_100)))
        : Expression.True;

    private static TableScan At(TableScan scan, JsonElement query)
    {
        if (query.TryGetProperty("snapshot_id", out var id))
        {
            return scan.AtSnapshot(unchecked((long)ulong.Parse(id.GetString()!, CultureInfo.InvariantCulture)));
        }

        if (query.TryGetProperty("ref", out var reference))
        {
            return scan.AtRef(reference.GetString()!);
        }

        return query.TryGetProperty("as_of", out var time)
            ? scan.AtTime(DateTimeOffset.Parse(time.GetString()!, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds())
            : scan;
    }
}
