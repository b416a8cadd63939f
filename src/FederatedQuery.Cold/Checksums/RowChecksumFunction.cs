using System.Globalization;
using FederatedQuery.DuckDb.ScalarFunctions;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.Cold.Checksums;

/// <summary>
/// DuckDB's function <c>row_checksum(ids VARCHAR, column...)</c>: what one row adds to the checksum of its table (see <see cref="RowChecksum"/>). The ids are
/// those of the columns' Iceberg fields, nested ones behind the one they are in: <c>1,2,5,6,3</c>.
/// </summary>
internal sealed class RowChecksumFunction : ScalarFunction
{
    public const string FunctionName = "row_checksum";

    public override string Name => FunctionName;

    public override IReadOnlyList<DuckDBLogicalType> Parameters { get; } = [DuckDBLogicalType.Varchar];

    public override bool IsVariadic => true;

    public override DuckDBLogicalType ReturnType => DuckDBLogicalType.Of(DuckDBType.UnsignedBigInt);

    public override bool HandlesNulls => true;

    public override void Invoke(DataChunk arguments, DuckDBVectorWriter result, CancellationToken cancellationToken)
    {
        var rows = result.Values<ulong>()[..arguments.Count];
        if (rows.IsEmpty)
        {
            return;
        }

        rows.Clear();
        var ids = new FieldIds(arguments[0].Utf8(0));
        for (var column = 1; column < arguments.ColumnCount; column++)
        {
            ColumnChecksum.AddTo(rows, arguments[column], ref ids);
        }

        // Mixed once more: else a value of one row and that of another could change places unseen.
        for (var row = 0; row < rows.Length; row++)
        {
            rows[row] = XxHash64.Of(0, rows[row]);
        }
    }

    /// <summary>Reads ids off the text, one after the other.</summary>
    internal ref struct FieldIds(ReadOnlySpan<byte> text)
    {
        private ReadOnlySpan<byte> _rest = text;

        public ulong Next()
        {
            var end = _rest.IndexOf((byte)',');
            var one = end < 0 ? _rest : _rest[..end];
            _rest = end < 0 ? default : _rest[(end + 1)..];
            return int.TryParse(one, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                ? (ulong)id
                : throw new ArgumentException($"{FunctionName} is called with fewer field ids than columns, or with one that is no number.");
        }
    }
}
