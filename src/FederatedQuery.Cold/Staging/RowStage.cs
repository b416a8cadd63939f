using System.Globalization;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Staging;

/// <summary>
/// Rows on their way into tables, in a DuckDB database of their own on local disk, so that there may be more of them than fit in memory. It may
/// read any file: its SQL comes from the one who runs the load, never from requests. Not thread-safe.
/// </summary>
public sealed class RowStage : IDisposable
{
    private const string Source = "source";
    private const string OlderView = "older";
    private const string FolderPrefix = "load-";

    /// <summary>A load shares the machine with a gateway that serves.</summary>
    private const double MemoryShare = 0.2;

    /// <summary>No load takes as long.</summary>
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromDays(1);

    private readonly string _folder;
    private readonly DuckDBDatabase _database;
    private string? _rowId;

    private RowStage(string folder, DuckDBDatabase database, DuckDBConnection connection)
    {
        _folder = folder;
        _database = database;
        Connection = connection;
    }

    /// <summary>In UTC; also where files are written from.</summary>
    public DuckDBConnection Connection { get; }

    public long Rows { get; private set; }

    public IReadOnlyList<DuckDBField> Columns { get; private set; } = [];

    /// <summary>Reads all rows of a source.</summary>
    /// <param name="source">What to read.</param>
    /// <param name="parentFolder">Where the stage makes a folder of its own, gone when it is disposed of.</param>
    /// <exception cref="StagingException">The source cannot be read, or has no rows or no columns.</exception>
    public static async Task<RowStage> OpenAsync(RowSource source, string parentFolder, int threads, TimeProvider time, CancellationToken cancellationToken)
    {
        var sql = source.ToSql();
        DeleteLeftovers(parentFolder, time);
        var folder = Path.Combine(Path.GetFullPath(parentFolder), $"{FolderPrefix}{Guid.NewGuid():N}");
        Directory.CreateDirectory(folder);
        RowStage? stage = null;
        try
        {
            stage = Open(folder, threads);
            await stage.ReadAsync(source, sql, cancellationToken);
            return stage;
        }
        catch
        {
            stage?.Dispose();
            DeleteFolder(folder);
            throw;
        }
    }

    /// <summary>Adds a column of uuids of version 7. They are made as rows are written, each of which is written once.</summary>
    public void AddRowId(string name)
    {
        _rowId = name;
        Columns = [.. Columns, new DuckDBField(name, DuckDBLogicalType.Uuid)];
    }

    /// <summary>How many rows have no value, and which is the first of them, counted from 1.</summary>
    public async Task<(long Count, long First)> NullsAsync(string column, CancellationToken cancellationToken)
    {
        if (column == _rowId)
        {
            return (0, 0);
        }

        using var chunk = await SingleAsync(
            $"SELECT count(*), coalesce(min(rowid) + 1, 0) FROM {Source} WHERE {DuckDBSql.QuoteIdentifier(column)} IS NULL", cancellationToken);
        return (chunk[0].Values<long>()[0], chunk[1].Values<long>()[0]);
    }

    /// <summary>How many rows have a time that is none (null or infinite), and which is the first of them, counted from 1.</summary>
    public async Task<(long Count, long First)> TimelessAsync(string timeColumn, CancellationToken cancellationToken)
    {
        var time = DuckDBSql.QuoteIdentifier(timeColumn);
        using var chunk = await SingleAsync(
            $"SELECT count(*), coalesce(min(rowid) + 1, 0) FROM {Source} WHERE {time} IS NULL OR NOT isfinite({time})", cancellationToken);
        return (chunk[0].Values<long>()[0], chunk[1].Values<long>()[0]);
    }

    /// <summary>How many values of the key more than one row has, with one of them as text.</summary>
    public async Task<(long Count, string Example)> DuplicatesAsync(IReadOnlyList<string> key, CancellationToken cancellationToken)
    {
        var columns = string.Join(", ", key.Select(DuckDBSql.QuoteIdentifier));
        using var chunk = await SingleAsync(
            $"SELECT count(*), coalesce(any_value(k), '') FROM (SELECT concat_ws(', ', {columns}) AS k FROM {Source} GROUP BY {columns} HAVING count(*) > 1)",
            cancellationToken);
        return (chunk[0].Values<long>()[0], chunk[1].String(0));
    }

    /// <summary>How many staged rows have a key that a relation has too, with one such key as text.</summary>
    /// <param name="relation">A SELECT with at least the columns of the key.</param>
    public async Task<(long Count, string Example)> KnownKeysAsync(string relation, IReadOnlyList<NestedField> key, CancellationToken cancellationToken)
    {
        var equal = string.Join(" AND ", key.Select(column =>
            $"s.{DuckDBSql.QuoteIdentifier(column.Name)}::{DuckDbTypes.Of(column.Type)} = r.{DuckDBSql.QuoteIdentifier(column.Name)}"));
        var text = string.Join(", ", key.Select(column => $"s.{DuckDBSql.QuoteIdentifier(column.Name)}"));
        using var chunk = await SingleAsync(
            $"SELECT count(*), coalesce(any_value(concat_ws(', ', {text})), '') FROM {Source} AS s SEMI JOIN ({relation}) AS r ON ({equal})", cancellationToken);
        return (chunk[0].Values<long>()[0], chunk[1].String(0));
    }

    /// <param name="timeColumn">A date, timestamp or timestamptz column without nulls.</param>
    /// <param name="cutoff">A midnight in UTC.</param>
    public async Task<TimeProfile> ProfileAsync(string timeColumn, DateOnly cutoff, CancellationToken cancellationToken)
    {
        var day = $"{DuckDBSql.QuoteIdentifier(timeColumn)}::DATE";
        long older, olderDays;
        using (var chunk = await SingleAsync($"SELECT count(*), count(DISTINCT {day}) FROM {Source} WHERE {IsOlder(timeColumn, cutoff)}", cancellationToken))
        {
            (older, olderDays) = (chunk[0].Values<long>()[0], chunk[1].Values<long>()[0]);
        }

        using var days = await Connection.QueryAsync(
            $"SELECT DISTINCT {day} AS d FROM {Source} WHERE NOT {IsOlder(timeColumn, cutoff)} AND isfinite({day}) ORDER BY d", null, cancellationToken);
        var newer = new List<DateOnly>();
        await foreach (var chunk in days.ReadChunksAsync(cancellationToken))
        {
            foreach (var number in chunk[0].Values<int>())
            {
                newer.Add(EpochTime.DayOf(number));
            }
        }

        return new TimeProfile(older, olderDays, newer);
    }

    /// <summary>The name of a relation of the rows before a day, as columns of a schema; those that were not staged are null.</summary>
    /// <param name="cutoff">Null: all rows.</param>
    public async Task<string> OlderRelationAsync(Schema schema, string timeColumn, DateOnly? cutoff, CancellationToken cancellationToken)
    {
        var condition = cutoff is { } day ? $" WHERE {IsOlder(timeColumn, day)}" : "";
        await Connection.ExecuteAsync($"CREATE OR REPLACE TEMP VIEW {OlderView} AS SELECT {Select(schema)} FROM {Source}{condition}", cancellationToken);
        return OlderView;
    }

    /// <summary>The rows of a day and later, as columns of a schema; those that were not staged are null.</summary>
    /// <param name="timeColumn">Null with no cutoff.</param>
    /// <param name="cutoff">Null: all rows.</param>
    /// <exception cref="StagingException">A value does not fit its column.</exception>
    public async IAsyncEnumerable<DataChunk> NewerAsync(
        Schema schema, string? timeColumn, DateOnly? cutoff, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var condition = cutoff is { } day ? $" WHERE NOT {IsOlder(timeColumn!, day)}" : "";
        using var result = await Connection.QueryAsync($"SELECT {Select(schema)} FROM {Source}{condition}", null, cancellationToken);
        await foreach (var chunk in result.ReadChunksAsync(cancellationToken))
        {
            yield return chunk;
        }
    }

    public void Dispose()
    {
        Connection.Dispose();
        _database.Dispose();
        DeleteFolder(_folder);
    }

    private static RowStage Open(string folder, int threads)
    {
        var memory = (long)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * MemoryShare);
        var database = DuckDBDatabase.Open(Path.Combine(folder, "load.duckdb"), new Dictionary<string, string>
        {
            ["memory_limit"] = string.Create(CultureInfo.InvariantCulture, $"{memory / 1024 / 1024}MiB"),
            ["threads"] = threads.ToString(CultureInfo.InvariantCulture),
            ["temp_directory"] = Path.Combine(folder, "spill"),
            ["autoinstall_known_extensions"] = "false",
            ["autoload_known_extensions"] = "false",
        });
        try
        {
            var connection = database.Connect();
            connection.Execute("SET TimeZone = 'UTC'");
            foreach (var function in WritingFunctions.All)
            {
                connection.RegisterScalarFunction(function);
            }

            return new RowStage(folder, database, connection);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private async Task ReadAsync(RowSource source, string sql, CancellationToken cancellationToken)
    {
        try
        {
            await Connection.ExecuteAsync($"CREATE TABLE {Source} AS {sql}", cancellationToken);
        }
        catch (DuckDBException error)
        {
            throw new StagingException($"'{source.Name}' cannot be read: {error.Message}", error);
        }

        using (var statement = Connection.Prepare($"SELECT * FROM {Source}", cancellationToken))
        {
            Columns = [.. statement.ReadColumns().Select(column => new DuckDBField(column.Name, column.Type))];
        }

        using var chunk = await SingleAsync($"SELECT count(*) FROM {Source}", cancellationToken);
        Rows = chunk[0].Values<long>()[0];
        if (Rows == 0)
        {
            throw new StagingException($"'{source.Name}' has no rows.");
        }
    }

    private string Select(Schema schema) => string.Join(", ", schema.Fields.Select(field =>
        $"{Value(field)}::{DuckDbTypes.Of(field.Type)} AS {DuckDBSql.QuoteIdentifier(field.Name)}"));

    private string Value(NestedField field) =>
        field.Name == _rowId ? "uuidv7()"
        : Columns.Any(column => column.Name == field.Name) ? DuckDBSql.QuoteIdentifier(field.Name)
        : "NULL";

    private static string IsOlder(string timeColumn, DateOnly cutoff) => string.Create(
        CultureInfo.InvariantCulture, $"({DuckDBSql.QuoteIdentifier(timeColumn)} < DATE '{cutoff:yyyy-MM-dd}')");

    private async Task<DataChunk> SingleAsync(string sql, CancellationToken cancellationToken)
    {
        using var result = await Connection.QueryAsync(sql, null, cancellationToken);
        return await result.ReadChunkAsync(cancellationToken) ?? throw new InvalidOperationException("DuckDB gave no row for an aggregate.");
    }

    /// <summary>What processes left that were killed while they loaded.</summary>
    private static void DeleteLeftovers(string parentFolder, TimeProvider time)
    {
        foreach (var folder in Directory.Exists(parentFolder) ? new DirectoryInfo(parentFolder).GetDirectories(FolderPrefix + "*") : [])
        {
            if (time.GetUtcNow() - folder.LastWriteTimeUtc > LeftoverAge)
            {
                DeleteFolder(folder.FullName);
            }
        }
    }

    private static void DeleteFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
