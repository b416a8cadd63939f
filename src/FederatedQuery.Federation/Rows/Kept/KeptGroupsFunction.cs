using FederatedQuery.DuckDb.TableFunctions;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.Federation.Rows.Kept;

/// <summary>DuckDB's table function <c>kept_groups(id BIGINT)</c>: groups that were counted before, without copying them.</summary>
internal sealed class KeptGroupsFunction(KeptGroups kept) : TableFunction
{
    public const string FunctionName = "kept_groups";

    public override string Name => FunctionName;

    public override IReadOnlyList<DuckDBLogicalType> Parameters { get; } = [DuckDBLogicalType.BigInt];

    public override TableFunctionBinding Bind(TableFunctionArguments arguments, CancellationToken cancellationToken) =>
        kept.Leases.TryGet(arguments.Positional[0] as long? ?? 0, out var set)
            ? new Binding(set)
            : throw new InvalidOperationException($"There are no kept groups {arguments.Positional[0]}: their lease has ended.");

    private sealed class Binding(GroupSet set) : TableFunctionBinding
    {
        public override IReadOnlyList<DuckDBField> Columns { get; } = [.. set.Columns.Select(column => new DuckDBField(column.Name, column.Type))];

        public override TableFunctionCardinality? Cardinality => new TableFunctionCardinality(set.Groups, IsExact: true);

        public override TableFunctionScan Open(IReadOnlyList<int> projectedColumns, CancellationToken cancellationToken) => new Scan(set, projectedColumns);
    }

    /// <summary>One thread: there are few groups.</summary>
    private sealed class Scan(GroupSet set, IReadOnlyList<int> projectedColumns) : TableFunctionScan
    {
        private int _next;

        public override void Read(DataChunk output, object? threadState, CancellationToken cancellationToken)
        {
            if (_next == set.Chunks.Count)
            {
                output.Count = 0;
                return;
            }

            var chunk = set.Chunks[_next++];
            for (var column = 0; column < projectedColumns.Count; column++)
            {
                if (projectedColumns[column] >= 0)
                {
                    output.Share(column, chunk, projectedColumns[column]);
                }
            }

            output.Count = chunk.Count;
        }
    }
}
