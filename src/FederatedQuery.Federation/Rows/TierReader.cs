using System.Diagnostics;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Scanning;
using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Federation.Rows.Kept;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Rows;

/// <summary>What reads of rows need.</summary>
internal sealed record ReadParts(ColdTables ColdTables, HotScanRegistry HotScans, ColdBudgets Budgets, QueryOptions Options, KeptGroups KeptGroups, TimeProvider Time);

/// <summary>Reads one table's rows for one read, tier by tier or both at once, on one DuckDB connection, and keeps account of what that took. Not thread-safe.</summary>
internal sealed class TierReader(ReadParts parts, RowSession session, RegisteredTable table, DuckDBConnection connection, CancellationToken cancellationToken)
{
    private readonly ColdTable? _cold = session.Session.Cold(table);
    private readonly List<string> _statements = [];
    private readonly List<string> _hotStatements = [];
    private long _hotRows;
    private long _hotBytes;
    private TimeSpan _hotTime;
    private ColdScan? _plan;
    private int _filesRead;
    private int _filesCounted;
    private long _coldRows;
    private long _bytesRead;
    private long _bytesFetched;
    private int _cacheHits;
    private TimeSpan _coldTime;

    public CancellationToken CancellationToken => cancellationToken;

    public bool HasHot => table.Hot is not null;

    /// <summary>What was asked so far.</summary>
    /// <param name="started">When reading began.</param>
    public RowReport Report(long started) => new(Source, Stopwatch.GetElapsedTime(started), QueryReport);

    private QueryReport QueryReport => new(
        _hotStatements.Count == 0 ? null : new HotReport(string.Join(";\n", _hotStatements), _hotRows, _hotBytes, _hotTime.TotalMilliseconds),
        _plan is null ? null : new ColdReport(
            _plan.SnapshotId, (int)_plan.FilesTotal, _filesRead, _bytesRead, _bytesFetched, _cacheHits, _coldRows, _coldTime.TotalMilliseconds),
        string.Join(";\n", _statements),
        _bytesRead);

    /// <summary>The tiers that rows were asked from, or taken from metadata.</summary>
    private DataSource Source => (_hotStatements.Count > 0, _filesRead + _filesCounted > 0) switch
    {
        (true, true) => DataSource.Federated,
        (true, false) => DataSource.Postgres,
        (false, true) => DataSource.Iceberg,
        _ => table.DataSource == DataSource.Postgres ? DataSource.Postgres : DataSource.Iceberg,
    };

    /// <returns>Null where there is no file to read.</returns>
    public async Task<ColdScan?> PlanAsync(IReadOnlyList<NestedField> columns, Expression predicate)
    {
        if (_cold is null)
        {
            return null;
        }

        var started = Stopwatch.GetTimestamp();
        var scan = await parts.ColdTables.PlanAsync(_cold.Scan, columns, predicate, cancellationToken);
        _coldTime += Stopwatch.GetElapsedTime(started);
        _plan ??= scan;
        return scan.FilesRead > 0 ? scan : null;
    }

    /// <summary>What was counted of data files before.</summary>
    public KeptGroups KeptGroups => parts.KeptGroups;

    /// <param name="scan">Of which files are read.</param>
    /// <param name="files">Indexes into <see cref="ColdScan.DataFiles"/>.</param>
    /// <param name="columns">Null: those of the scan.</param>
    public ColdScan Part(ColdScan scan, IReadOnlyCollection<int> files, IReadOnlyList<NestedField>? columns = null) =>
        files.Count == scan.FilesRead && columns is null ? scan : parts.ColdTables.Part(scan, files, columns);

    public HotScan HotScan(Schema columns, Expression predicate, FirstRows? first = null) =>
        new(session.Session.Hot, table.Hot!, columns, predicate, first: first, over: table.Schema);

    /// <summary>Rows were known without reading these files.</summary>
    public void Counted(int files) => _filesCounted += files;

    /// <summary>The rows of a hot scan, counted by PostgreSQL; null where it cannot be told which exactly.</summary>
    public async Task<long?> CountAsync(HotScan hot)
    {
        if (!hot.IsExact)
        {
            return null;
        }

        using var turn = await session.TakeHotTurnAsync(cancellationToken);
        var started = Stopwatch.GetTimestamp();
        var (rows, sql) = await HotProbe.CountAsync(hot, cancellationToken);
        _hotStatements.Add(sql);
        _hotTime += Stopwatch.GetElapsedTime(started);
        return rows;
    }

    /// <summary>Reads the first rows of the hot tier in their order without a statement of DuckDB's around them, which would take longer than they do. Chunks are the caller's.</summary>
    /// <param name="hot"><see cref="HotScan.IsFirstInOrder"/>.</param>
    /// <param name="columns">What is read of its columns, each once.</param>
    public async Task<IReadOnlyList<DuckDb.Vectors.DataChunk>> ReadDirectlyAsync(HotScan hot, IReadOnlyList<(NestedField Field, DuckDBLogicalType Type)> columns)
    {
        using var turn = await session.TakeHotTurnAsync(cancellationToken);
        using var account = new Accounted(this, hot);
        NoteDirect(hot, columns);
        return await HotRows.ReadAsync(hot, [.. columns.Select(column => (column.Field.Name, column.Type))], parts.Time, cancellationToken);
    }

    /// <summary>The same for many rows: chunk by chunk.</summary>
    /// <inheritdoc cref="ReadDirectlyAsync"/>
    public async Task<DirectRows> OpenDirectlyAsync(HotScan hot, IReadOnlyList<(NestedField Field, DuckDBLogicalType Type)> columns)
    {
        var turn = await session.TakeHotTurnAsync(cancellationToken);
        NoteDirect(hot, columns);
        return new DirectRows(
            new HotRows(hot, [.. columns.Select(column => (column.Field.Name, column.Type))], parts.Time),
            [.. columns.Select(column => new DuckDBColumn(column.Field.Name, column.Type))], [turn, new Accounted(this, hot)]);
    }

    private void NoteDirect(HotScan hot, IReadOnlyList<(NestedField Field, DuckDBLogicalType Type)> columns)
    {
        var sql = HotRows.Sql(hot, [.. columns.Select(column => column.Field.Name)]);
        _hotStatements.Add(sql);
        _statements.Add(sql);
    }

    /// <summary>Runs a statement over one or both tiers to its end. Chunks are the caller's.</summary>
    /// <inheritdoc cref="OpenAsync(HotScan?, ColdScan?, RowLayout, Func{string, string})"/>
    public Task<List<DuckDb.Vectors.DataChunk>> ReadAsync(HotScan? hot, ColdScan? cold, RowLayout layout, Func<string, string> statement) =>
        ReadAsync(hot, cold, (hotRows, coldRows) => statement(Relation(hotRows, coldRows, layout)));

    /// <summary>Runs a statement over one or both tiers to its end. Chunks are the caller's.</summary>
    /// <param name="hot">Null: the hot tier is not asked.</param>
    /// <param name="cold">Null: the cold tier is not asked.</param>
    /// <param name="statement">Makes the statement of what stands for either scan behind FROM, without an alias; null for one that is not there.</param>
    public async Task<List<DuckDb.Vectors.DataChunk>> ReadAsync(HotScan? hot, ColdScan? cold, Func<string?, string?, string> statement)
    {
        var (_, chunks) = await ReadAsync(hot, cold, statement, _ => true);
        return chunks;
    }

    /// <param name="hot">Null: the hot tier is not asked.</param>
    /// <param name="cold">Null: the cold tier is not asked.</param>
    /// <param name="statement">Makes the statement.</param>
    /// <param name="goesOn">Asked after each chunk whether reading goes on.</param>
    /// <inheritdoc cref="ReadAsync(HotScan?, ColdScan?, Func{string?, string?, string})"/>
    public async Task<(IReadOnlyList<DuckDBColumn> Columns, List<DuckDb.Vectors.DataChunk> Chunks)> ReadAsync(
        HotScan? hot, ColdScan? cold, Func<string?, string?, string> statement, Func<DuckDb.Vectors.DataChunk, bool> goesOn)
    {
        using var open = await OpenAsync(hot, cold, statement);
        var chunks = new List<DuckDb.Vectors.DataChunk>();
        try
        {
            // On one thread from the first chunk to the last. The query has the token.
            await Task.Run(
                () =>
                {
                    while (open.ReadChunk() is { } chunk)
                    {
                        chunks.Add(chunk);
                        if (!goesOn(chunk))
                        {
                            break;
                        }
                    }
                },
                CancellationToken.None);
            return (open.Columns, chunks);
        }
        catch (Exception error)
        {
            chunks.ForEach(chunk => chunk.Dispose());
            if (await open.MayDoBetterAsync(error, cancellationToken))
            {
                throw new RunAgainException((DuckDBException)error, readsAllColumns: false);
            }

            throw;
        }
    }

    /// <summary>Runs a statement over one or both tiers until its first rows are there.</summary>
    /// <param name="hot">Null: the hot tier is not asked.</param>
    /// <param name="cold">Null: the cold tier is not asked.</param>
    /// <param name="layout">Both give the columns of its <see cref="RowLayout.Read"/>.</param>
    /// <param name="statement">Makes the statement of the relation of all these rows, to stand behind FROM.</param>
    public Task<StatementRows> OpenAsync(HotScan? hot, ColdScan? cold, RowLayout layout, Func<string, string> statement) =>
        OpenAsync(hot, cold, (hotRows, coldRows) => statement(Relation(hotRows, coldRows, layout)));

    private async Task<StatementRows> OpenAsync(HotScan? hot, ColdScan? cold, Func<string?, string?, string> statement)
    {
        var held = new List<IDisposable>();
        try
        {
            string? hotRows = null;
            OpenScans? files = null;
            if (hot is not null)
            {
                held.Add(await session.TakeHotTurnAsync(cancellationToken));
                var lease = parts.HotScans.Register(hot);
                held.Add(lease);
                held.Add(new Accounted(this, hot));
                _hotStatements.Add(hot.Sql);
                hotRows = lease.Sql;
            }

            if (cold is not null)
            {
                held.Add(files = await OpenColdAsync(cold));
            }

            var sql = statement(hotRows, cold is null ? null : $"({cold.SelectSql})");
            _statements.Add(sql);
            return new StatementRows(await connection.QueryAsync(sql, null, cancellationToken), files, held);
        }
        catch
        {
            OpenRows.Release(held);
            throw;
        }
    }

    /// <summary>The rows of one or both scans, to stand behind FROM.</summary>
    public static string Relation(string? hot, string? cold, RowLayout layout) => (hot, cold) switch
    {
        (null, null) => $"(SELECT {string.Join(", ", layout.Read.Select(field => $"NULL::{DuckDbTypes.Of(field.Type)}"))} WHERE false) {layout.Alias}",
        ({ } one, { } other) => $"({Select(one, layout)} UNION ALL {Select(other, layout)}) {layout.Alias}",
        _ => $"{hot ?? cold} {layout.Alias}",
    };

    private static string Select(string relation, RowLayout layout) => $"SELECT {string.Join(", ", layout.Read.Select(layout.Sql))} FROM {relation} {layout.Alias}";

    private async Task<OpenScans> OpenColdAsync(ColdScan cold)
    {
        var started = Stopwatch.GetTimestamp();
        await using var charge = await parts.Budgets.AdmitAsync(
            session.Caller, [new PlannedColdRead(table.ToString(), table.Tiering?.TimeColumn, cold)], cancellationToken, _bytesRead);
        var open = await parts.ColdTables.OpenAsync([cold], cancellationToken);
        charge.Keep();
        try
        {
            foreach (var setup in cold.SetupSql)
            {
                await connection.ExecuteAsync(setup, cancellationToken);
            }
        }
        catch
        {
            open.Dispose();
            throw;
        }

        _filesRead += cold.FilesRead;
        _coldRows += cold.Rows;
        _bytesRead += charge.Bytes;
        _bytesFetched += open.Files.BytesFetched;
        _cacheHits += open.Files.CacheHits;
        _coldTime += Stopwatch.GetElapsedTime(started);
        return open;
    }

    /// <summary>Adds what a hot scan did, once it is over.</summary>
    private sealed class Accounted(TierReader reader, HotScan scan) : IDisposable
    {
        public void Dispose()
        {
            reader._hotRows += scan.Statistics.Rows;
            reader._hotBytes += scan.Statistics.Bytes;
            reader._hotTime += scan.Statistics.Elapsed;
        }
    }
}
