using FederatedQuery.DuckDb.TableFunctions;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Puffin;

namespace FederatedQuery.Cold.Scanning.Deletes;

/// <summary>
/// DuckDB's table function <c>cold_deleted_positions(id BIGINT)</c>: the positions in registered deletion vectors, with the numbers that the statement gives their data files. DuckDB
/// joins against them, and spills what does not fit in memory.
/// </summary>
internal sealed class DeletedPositionsFunction(Leases<IReadOnlyList<(int File, RoaringPositions Positions)>> vectors) : TableFunction
{
    public const string FunctionName = "cold_deleted_positions";
    public const string FileColumn = "file";
    public const string PositionColumn = "pos";

    public override string Name => FunctionName;

    public override IReadOnlyList<DuckDBLogicalType> Parameters { get; } = [DuckDBLogicalType.BigInt];

    public override TableFunctionBinding Bind(TableFunctionArguments arguments, CancellationToken cancellationToken) =>
        vectors.TryGet(arguments.Positional[0] as long? ?? 0, out var found)
            ? new Binding(found)
            : throw new IcebergException(IcebergErrorKind.NotFound, $"There are no deletion vectors {arguments.Positional[0]}: their lease has ended.");

    private sealed class Binding(IReadOnlyList<(int File, RoaringPositions Positions)> vectors) : TableFunctionBinding
    {
        public override IReadOnlyList<DuckDBField> Columns { get; } =
            [new DuckDBField(FileColumn, DuckDBLogicalType.BigInt), new DuckDBField(PositionColumn, DuckDBLogicalType.BigInt)];

        public override TableFunctionCardinality? Cardinality => new TableFunctionCardinality(vectors.Sum(vector => vector.Positions.Count), IsExact: true);

        public override TableFunctionScan Open(IReadOnlyList<int> projectedColumns, CancellationToken cancellationToken) => new Scan(vectors, projectedColumns);
    }

    private sealed class Scan(IReadOnlyList<(int File, RoaringPositions Positions)> vectors, IReadOnlyList<int> projectedColumns) : TableFunctionScan
    {
        private readonly long[] _buffer = new long[DataChunk.MaximumCount];
        private RoaringPositions.Cursor? _cursor;
        private int _next;

        /// <summary>One thread, which is far ahead of the hash table that it fills.</summary>
        public override void Read(DataChunk output, object? threadState, CancellationToken cancellationToken)
        {
            var count = 0;
            while (count == 0 && _next < vectors.Count)
            {
                _cursor ??= vectors[_next].Positions.Read();
                count = _cursor.Next(_buffer);
                if (count == 0)
                {
                    _cursor = null;
                    _next++;
                }
            }

            for (var column = 0; column < projectedColumns.Count; column++)
            {
                if (projectedColumns[column] == 0)
                {
                    output.Writer(column).Values<long>()[..count].Fill(vectors[Math.Min(_next, vectors.Count - 1)].File);
                }
                else if (projectedColumns[column] == 1)
                {
                    _buffer.AsSpan(0, count).CopyTo(output.Writer(column).Values<long>());
                }
            }

            output.Count = count;
        }
    }
}
