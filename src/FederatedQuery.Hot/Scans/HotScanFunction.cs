using FederatedQuery.DuckDb.TableFunctions;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;

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
        private readonly HotReading _reading;

        public Scan(HotScan scan, IReadOnlyList<int> projectedColumns, TimeProvider time)
        {
            int[] targets = [.. Enumerable.Range(0, projectedColumns.Count).Where(i => projectedColumns[i] >= 0)];
            _reading = new HotReading(scan, [.. targets.Select(i => projectedColumns[i])], targets, time);
        }

        public override int MaximumThreads => _reading.MaximumThreads;

        public override object CreateThreadState() => new HotReading.Thread();

        public override void Read(DataChunk output, object? threadState, CancellationToken cancellationToken) =>
            _reading.Read(output, (HotReading.Thread)threadState!, cancellationToken);
    }
}
