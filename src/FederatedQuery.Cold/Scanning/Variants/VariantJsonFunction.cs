using System.Buffers;
using FederatedQuery.DuckDb.ScalarFunctions;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.Cold.Scanning.Variants;

/// <summary>DuckDB's function <c>iceberg_variant_json(metadata BLOB, value BLOB)</c>: the JSON text of a variant.</summary>
internal sealed class VariantJsonFunction : ScalarFunction
{
    public const string FunctionName = "iceberg_variant_json";

    public override string Name => FunctionName;

    public override IReadOnlyList<DuckDBLogicalType> Parameters { get; } = [DuckDBLogicalType.Blob, DuckDBLogicalType.Blob];

    public override DuckDBLogicalType ReturnType => DuckDBLogicalType.Varchar;

    public override void Invoke(DataChunk arguments, DuckDBVectorWriter result, CancellationToken cancellationToken)
    {
        var (metadata, value) = (arguments[0], arguments[1]);
        var json = new ArrayBufferWriter<byte>(256);
        for (var row = 0; row < arguments.Count; row++)
        {
            if (metadata.IsValid(row) && value.IsValid(row))
            {
                json.ResetWrittenCount();
                VariantJson.Write(metadata.Utf8(row), value.Utf8(row), json);
                result.SetUtf8(row, json.WrittenSpan);
            }
        }
    }
}
