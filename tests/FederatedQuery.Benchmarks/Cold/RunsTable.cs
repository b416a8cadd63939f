using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Writing;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transforms;

namespace FederatedQuery.Benchmarks.Cold;

/// <summary>
/// Runs of 300 workflows over half a year, one of which has <see cref="WantedRows"/> of them, as Iceberg tables of several layouts, written by
/// our own writer, one file for each partition.
/// </summary>
internal sealed class RunsTable
{
    public const int WantedRows = 436_985;
    public const string WantedName = "nightly-reconciliation";

    private const int Names = 300;
    private const int Months = 6;
    private const int RowsOfOthers = 9_000;
    private const int Writers = 4;

    // 300 names fall into some 176 of 256 buckets, so that one bucket is well below a hundredth of the files.
    private const int Buckets = 256;

    private static readonly DateOnly FirstMonth = new(2024, 1, 1);

    private static readonly Schema Schema = new(
        0,
        NestedField.RequiredField(1, "workflow_name", IcebergType.String),
        NestedField.RequiredField(2, "started", IcebergType.Timestamp),
        NestedField.OptionalField(3, "node", IcebergType.String),
        NestedField.OptionalField(4, "duration_ms", IcebergType.Int),
        NestedField.OptionalField(5, "status", IcebergType.String),
        NestedField.OptionalField(6, "message", IcebergType.String));

    public static readonly (string Table, string Layout, PartitionField[] Fields)[] Layouts =
    [
        ("runs_name_month", "(name, month)", [new(1, 1000, "workflow_name", Transform.Identity), new(2, 1001, "month", Transform.Month)]),
        ("runs_bucket_month", "(bucket of name, month)", [new(1, 1000, "name_bucket", Transform.Bucket(Buckets)), new(2, 1001, "month", Transform.Month)]),
        ("runs_bucket", "(bucket of name)", [new(1, 1000, "name_bucket", Transform.Bucket(Buckets))]),
    ];

    /// <summary>Makes all rows once, in a table of the engine that <see cref="WriteAsync"/> reads.</summary>
    public static async Task MakeRowsAsync(BothTiers tiers, CancellationToken cancellationToken)
    {
        using var lease = await tiers.Get<DuckDbEngine>().Pool.RentAsync(cancellationToken);
        var buckets = string.Join(", ", Enumerable.Range(0, Names).Select(NameOf).Select(name => string.Create(
            CultureInfo.InvariantCulture, $"({DuckDBSql.QuoteLiteral(name)}, {Transform.Bucket(Buckets).Apply((Literal?)Literal.String(name))!.Value.AsInt})")));
        await lease.Connection.ExecuteAsync(
            $"""
            CREATE TABLE runs_names AS SELECT row_number() OVER () - 1 AS number, name, bucket FROM (VALUES {buckets}) AS names(name, bucket);
            CREATE TABLE runs_rows AS
            SELECT name AS workflow_name, TIMESTAMP '{FirstMonth:yyyy-MM-dd}' + to_microseconds(i * 15724800000000 // rows) AS started,
                   'node-' || hash(i, name) % 40 AS node, (hash(i, 1, name) % 90000)::INTEGER AS duration_ms,
                   CASE WHEN hash(i, 2, name) % 50 = 0 THEN 'Failed' ELSE 'Succeeded' END AS status,
                   'step ' || hash(i, 3) % 30 || ' done, ' || hash(i, 4, name) % 100000 || ' rows' AS message, bucket,
                   extract(month FROM TIMESTAMP '{FirstMonth:yyyy-MM-dd}' + to_microseconds(i * 15724800000000 // rows))::INTEGER - 1 AS month
            FROM (SELECT *, CASE WHEN number = 0 THEN {WantedRows} ELSE {RowsOfOthers} END AS rows FROM runs_names), LATERAL unnest(range(rows)) AS numbers(i)
            ORDER BY bucket, name, started;
            """,
            cancellationToken);
    }

    /// <summary>Writes one layout, a commit for each month where months are told apart.</summary>
    /// <returns>The locations of all its data files.</returns>
    public static async Task<IReadOnlyList<string>> WriteAsync(
        BothTiers tiers, string tableName, ImmutableArray<PartitionField> fields, CancellationToken cancellationToken)
    {
        var catalog = tiers.Get<ColdCatalog>().Current;
        var identifier = new TableIdentifier("default", tableName);
        var order = new SortOrder(1, new SortField(1, Transform.Identity, SortDirection.Ascending, NullOrder.NullsLast), new SortField(2, Transform.Identity, SortDirection.Ascending, NullOrder.NullsLast));
        var table = await catalog.CreateTableAsync(
            identifier, new NewTable { Schema = Schema, PartitionSpec = new PartitionSpec(0, fields), SortOrder = order }, cancellationToken);
        var byName = fields[0].Transform is IdentityTransform;
        var locations = new List<string>();
        foreach (var month in fields.Length > 1 ? Enumerable.Range(0, Months).Select(month => (int?)month) : [null])
        {
            var files = await WriteFilesAsync(tiers, table, byName, month, cancellationToken);
            locations.AddRange(files.Files.Select(file => file.FilePath));
            var staged = await tiers.Get<ColdAppender>().StageAsync(table, files, ImmutableDictionary<string, string>.Empty, cancellationToken);
            table = await catalog.TryCommitAsync(staged, cancellationToken)
                ?? throw new InvalidOperationException($"Table '{identifier}' was changed by somebody else.");
        }

        return locations;
    }

    private static async Task<ColdFiles> WriteFilesAsync(
        BothTiers tiers, CatalogTable table, bool byName, int? month, CancellationToken cancellationToken)
    {
        var engine = tiers.Get<DuckDbEngine>();
        var all = ColdFiles.None;
        var written = new Lock();
        await Parallel.ForEachAsync(
            byName ? Enumerable.Range(0, Names) : Enumerable.Range(0, Buckets),
            new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = cancellationToken },
            async (number, token) =>
            {
                using var lease = await engine.Pool.RentAsync(token);
                var name = byName ? NameOf(number) : null;
                var first = name is null ? Literal.Int(number) : Literal.String(name);
                var condition = name is null
                    ? string.Create(CultureInfo.InvariantCulture, $"bucket = {number}")
                    : string.Create(CultureInfo.InvariantCulture, $"bucket = {Transform.Bucket(Buckets).Apply((Literal?)first)!.Value.AsInt} AND workflow_name = {DuckDBSql.QuoteLiteral(name)}");
                var partition = month is { } number2
                    ? new PartitionData(first, Literal.Int(((FirstMonth.Year - 1970) * 12) + number2))
                    : new PartitionData(first);
                var files = await tiers.Get<ColdAppender>().WritePartitionAsync(
                    lease.Connection,
                    $"SELECT * FROM runs_rows WHERE {condition}{(month is { } wanted ? string.Create(CultureInfo.InvariantCulture, $" AND month = {wanted}") : "")}",
                    table, partition, token);
                lock (written)
                {
                    all = all.With(files);
                }
            });
        return all;
    }

    private static string NameOf(int number) => number == 0 ? WantedName : string.Create(CultureInfo.InvariantCulture, $"workflow-{number:D3}");
}
