using System.Collections.Concurrent;
using FederatedQuery.DuckDb.TableFunctions;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Hot.Copy;
using Npgsql;

namespace FederatedQuery.Hot.Scans;

/// <summary>
/// DuckDB's table function <c>hot_scan(id BIGINT)</c>: the rows of a registered scan, straight from binary COPY into DuckDB's vectors. Register it
/// once per database; only the columns that a statement uses are asked from PostgreSQL.
/// </summary>
public sealed class HotScanFunction(HotScanRegistry registry, TimeProvider time) : TableFunction
{
    public const string FunctionName = "hot_scan";

    private const long UsualGroups = 10_000;

    public override string Name => FunctionName;

    public override IReadOnlyList<DuckDBLogicalType> Parameters { get; } = [DuckDBLogicalType.BigInt];

    public override TableFunctionBinding Bind(TableFunctionArguments arguments, CancellationToken cancellationToken) =>
        arguments.Positional[0] is long id
            ? new Binding(registry.Get(id), time)
            : throw new HotException(HotErrorKind.NotFound, "hot_scan(NULL): there is no such scan.");

    private sealed class Binding(HotScan scan, TimeProvider time) : TableFunctionBinding
    {
        public override IReadOnlyList<DuckDBField> Columns { get; } = [.. scan.Columns.Select(column => new DuckDBField(column.Name, column.VectorType))];

        public override TableFunctionCardinality? Cardinality => new TableFunctionCardinality(
            scan.GroupBy is null ? scan.Table.EstimatedRows : Math.Min(scan.Table.EstimatedRows, UsualGroups), IsExact: false);

        public override TableFunctionScan Open(IReadOnlyList<int> projectedColumns, CancellationToken cancellationToken) =>
            new Scan(scan, projectedColumns, time);
    }

    private sealed class Scan : TableFunctionScan
    {
        private readonly HotScan _scan;
        private readonly TimeProvider _time;
        private readonly ConcurrentQueue<ScanPart> _parts;
        private readonly int[] _columns;
        private readonly int[] _targets;

        public Scan(HotScan scan, IReadOnlyList<int> projectedColumns, TimeProvider time)
        {
            _scan = scan;
            _time = time;
            _targets = [.. Enumerable.Range(0, projectedColumns.Count).Where(i => projectedColumns[i] >= 0)];
            _columns = [.. _targets.Select(i => projectedColumns[i])];
            var parts = CopyStatement.Parts(scan);
            _parts = new ConcurrentQueue<ScanPart>(parts);
            MaximumThreads = Math.Min(scan.MaximumThreads, parts.Count);
        }

        public override int MaximumThreads { get; }

        public override object CreateThreadState() => new Reading();

        public override void Read(DataChunk output, object? threadState, CancellationToken cancellationToken)
        {
            var reading = (Reading)threadState!;
            var started = _time.GetTimestamp();
            var bytes = 0L;
            var rows = 0;
            while (true)
            {
                if (reading.Reader is null)
                {
                    if (!_parts.TryDequeue(out var part))
                    {
                        reading.Dispose();
                        break;
                    }

                    Begin(reading, part, cancellationToken);
                }

                var bytesBefore = reading.Reader!.Bytes;
                rows = Read(reading, output, cancellationToken);
                bytes += reading.Reader.Bytes - bytesBefore;
                if (rows > 0)
                {
                    break;
                }

                reading.Complete();
            }

            _scan.Statistics.Add(rows, bytes, _time.GetElapsedTime(started));
            _scan.Trace.Read(_time);
        }

        private void Begin(Reading reading, ScanPart part, CancellationToken cancellationToken)
        {
            _scan.Trace.Begin(_scan);
            reading.Connection ??= _scan.Session.Rent(cancellationToken);
            reading.Stream = reading.Connection.Begin(CopyStatement.Copy(CopyStatement.Select(_scan, _columns, part)), mayUseWorkers: _scan.GroupBy is not null);
            reading.Reader = new CopyBinaryReader(reading.Stream, [.. _columns.Select(i => _scan.Columns[i])], _targets);
        }

        private static int Read(Reading reading, DataChunk output, CancellationToken cancellationToken)
        {
            // Reading is synchronous: an asynchronous read per row, which is what PostgreSQL sends at a time, costs more than decoding it.
            using var registration = cancellationToken.UnsafeRegister(static stream => ((NpgsqlRawCopyStream)stream!).Cancel(), reading.Stream);
            try
            {
                return reading.Reader!.Read(output);
            }
            catch (Exception error) when (cancellationToken.IsCancellationRequested && error is NpgsqlException or OperationCanceledException)
            {
                throw new OperationCanceledException("The scan was given up.", error, cancellationToken);
            }
        }
    }

    /// <summary>What one of DuckDB's threads reads from.</summary>
    private sealed class Reading : IDisposable
    {
        public SnapshotConnection? Connection { get; set; }

        public NpgsqlRawCopyStream? Stream { get; set; }

        public CopyBinaryReader? Reader { get; set; }

        public void Complete()
        {
            Reader?.Dispose();
            Reader = null;
            Stream = null;
            Connection?.Complete();
        }

        public void Dispose()
        {
            Reader?.Dispose();
            Reader = null;
            Connection?.Dispose();
            Connection = null;
        }
    }
}
