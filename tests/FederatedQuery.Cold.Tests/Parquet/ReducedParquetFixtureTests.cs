using System.Text.Json;
using FederatedQuery.Cold.Parquet;
using FederatedQuery.DuckDb;
using FederatedQuery.Testing;

namespace FederatedQuery.Cold.Tests.Parquet;

/// <summary>
/// Every Parquet file of the fixtures (by Spark, Trino, Impala, Hive, PyIceberg, DuckDB, Athena, BigQuery), cut down to random columns and row groups:
/// DuckDB reads the same values from it as from the whole file.
/// </summary>
public sealed class ReducedParquetFixtureTests : IDisposable
{
    private const int SubsetsPerFile = 3;

    private readonly TemporaryFolder _folder = new();
    private readonly DuckDBDatabase _database = DuckDBDatabase.Open();
    private readonly DuckDBConnection _connection;

    public ReducedParquetFixtureTests() => _connection = _database.Connect();

    public void Dispose()
    {
        _connection.Dispose();
        _database.Dispose();
        _folder.Dispose();
    }

    [SharedFact]
    public void Plan_RandomColumnsOfEveryFixture_ReadTheSame()
    {
        var random = new Random(20260101);
        var files = 0;
        var failures = new List<string>();
        foreach (var path in ParquetFiles())
        {
            var bytes = File.ReadAllBytes(path);
            if (IsWholeReadable(path) is { } reason)
            {
                Assert.Contains("Parquet", reason, StringComparison.OrdinalIgnoreCase);
                continue;
            }

            files++;
            var footer = ReducedFiles.FooterOf(bytes);
            Assert.Null(footer.Obstacle);
            for (var i = 0; i < SubsetsPerFile; i++)
            {
                var fields = Enumerable.Range(0, footer.Fields.Length).Where(_ => random.Next(3) == 0).ToList();
                var rowGroups = Enumerable.Range(0, footer.RowGroups.Length).Where(_ => i < 2 || random.Next(2) == 0).ToList();
                if (fields.Count == 0)
                {
                    fields.Add(random.Next(footer.Fields.Length));
                }

                Compare(path, bytes, footer, fields, rowGroups, failures);
            }
        }

        Assert.Empty(failures);
        Assert.True(files > 150, $"Only {files} files were compared.");
    }

    private static IEnumerable<string> ParquetFiles() => Directory
        .EnumerateFiles(Path.Combine(Repository.Shared!, "iceberg-fixtures", "tables"), "*", SearchOption.AllDirectories)
        .Where(IsParquet)
        .Order(StringComparer.Ordinal);

    /// <summary>By its magic: some files of Hive's have no suffix.</summary>
    private static bool IsParquet(string path)
    {
        using var file = File.OpenRead(path);
        var magic = new byte[4];
        return file.Length > 12 && file.Read(magic) == 4 && magic.AsSpan().SequenceEqual("PAR1"u8);
    }

    private string? IsWholeReadable(string path)
    {
        try
        {
            using var result = _connection.Query($"SELECT * FROM read_parquet({DuckDBSql.QuoteLiteral(path)}) LIMIT 1");
            return null;
        }
        catch (DuckDBException error)
        {
            return error.Message;
        }
    }

    private void Compare(string path, byte[] bytes, ParquetFooter footer, List<int> fields, List<int> rowGroups, List<string> failures)
    {
        var reduced = ReducedParquet.Plan(footer, fields, rowGroups);
        var target = _folder.File($"{Guid.NewGuid():N}.parquet");
        File.WriteAllBytes(target, ReducedFiles.Make(bytes, reduced));

        var first = rowGroups.Count == footer.RowGroups.Length ? "true" : RowsOf(footer, rowGroups);
        var columns = ColumnsOf(target);

        // By place: DuckDB gives names that differ only by case other ones.
        var whole = ColumnsOf(path);
        var expected = Rows($"SELECT {List(fields.Select(field => whole[field]))} FROM read_parquet({DuckDBSql.QuoteLiteral(path)}, file_row_number = true) WHERE {first} ORDER BY file_row_number");
        var actual = Rows($"SELECT {List(columns)} FROM read_parquet({DuckDBSql.QuoteLiteral(target)}, file_row_number = true) ORDER BY file_row_number");
        if (columns.Count != fields.Count || expected != actual || footer.RowGroups.Where((_, i) => rowGroups.Contains(i)).Sum(group => group.RowCount) != Count(target))
        {
            failures.Add($"{path}: fields {string.Join(',', fields)}, row groups {string.Join(',', rowGroups)}");
        }
    }

    private static string List(IEnumerable<string> columns) => string.Join(", ", columns.Select((name, i) => $"{DuckDBSql.QuoteIdentifier(name)} AS c{i}"));

    private static string RowsOf(ParquetFooter footer, List<int> rowGroups)
    {
        var ranges = new List<string> { "false" };
        long start = 0;
        for (var i = 0; i < footer.RowGroups.Length; i++)
        {
            var end = start + footer.RowGroups[i].RowCount;
            if (rowGroups.Contains(i))
            {
                ranges.Add($"file_row_number >= {start} AND file_row_number < {end}");
            }

            start = end;
        }

        return "(" + string.Join(" OR ", ranges) + ")";
    }

    private List<string> ColumnsOf(string path)
    {
        using var result = _connection.Query($"SELECT * FROM read_parquet({DuckDBSql.QuoteLiteral(path)})");
        return [.. result.Columns.Select(column => column.Name)];
    }

    private long Count(string path)
    {
        using var result = _connection.Query($"SELECT count(*) FROM read_parquet({DuckDBSql.QuoteLiteral(path)})");
        using var chunk = result.ReadChunk();
        return chunk![0].Values<long>()[0];
    }

    private string Rows(string sql)
    {
        using var result = _connection.Query($"SELECT coalesce(string_agg(r::VARCHAR, '|'), '') FROM ({sql}) AS r");
        using var chunk = result.ReadChunk();
        return JsonSerializer.Serialize(chunk![0].String(0));
    }
}
