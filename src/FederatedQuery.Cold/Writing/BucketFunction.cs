using System.Globalization;
using FederatedQuery.DuckDb.ScalarFunctions;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transforms;

namespace FederatedQuery.Cold.Writing;

/// <summary>
/// DuckDB's functions <c>iceberg_bucket_...(buckets INTEGER, value)</c>: the bucket of a value (spec: Partition Transforms, Bucket), whose hash DuckDB does
/// not have. One for each form that values are hashed in; null is in no bucket.
/// </summary>
internal sealed class BucketFunction : ScalarFunction
{
    /// <summary>Whole numbers, days, and microseconds of times and timestamps.</summary>
    public const string OfLong = "iceberg_bucket_long";

    public const string OfText = "iceberg_bucket_text";

    /// <summary>Bytes, and the sixteen of a UUID.</summary>
    public const string OfBytes = "iceberg_bucket_bytes";

    /// <summary>The text of a decimal; its digits are what is hashed.</summary>
    public const string OfDecimal = "iceberg_bucket_decimal";

    private readonly Func<DuckDBVector, int, Literal> _valueOf;

    private BucketFunction(string name, DuckDBLogicalType type, Func<DuckDBVector, int, Literal> valueOf)
    {
        Name = name;
        Parameters = [DuckDBLogicalType.Integer, type];
        _valueOf = valueOf;
    }

    /// <summary>To be registered in each database that writes rows of bucketed tables.</summary>
    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new BucketFunction(OfLong, DuckDBLogicalType.BigInt, (vector, row) => Literal.Long(vector.Values<long>()[row])),
        new BucketFunction(OfText, DuckDBLogicalType.Varchar, (vector, row) => Literal.String(vector.String(row))),
        new BucketFunction(OfBytes, DuckDBLogicalType.Blob, (vector, row) => Literal.Binary(vector.Utf8(row))),
        new BucketFunction(OfDecimal, DuckDBLogicalType.Varchar, (vector, row) => Literal.Decimal(Unscaled(vector.Utf8(row)), 0)),
    ];

    public override string Name { get; }

    public override IReadOnlyList<DuckDBLogicalType> Parameters { get; }

    public override DuckDBLogicalType ReturnType => DuckDBLogicalType.Integer;

    public override void Invoke(DataChunk arguments, DuckDBVectorWriter result, CancellationToken cancellationToken)
    {
        var values = arguments[1];
        var buckets = arguments[0].Values<int>();
        var results = result.Values<int>();
        BucketTransform? transform = null;
        for (var row = 0; row < arguments.Count; row++)
        {
            if (values.IsValid(row))
            {
                if (transform?.NumBuckets != buckets[row])
                {
                    transform = Transform.Bucket(buckets[row]);
                }

                results[row] = transform.Apply((Literal?)_valueOf(values, row))!.Value.AsInt;
            }
        }
    }

    private static Int128 Unscaled(ReadOnlySpan<byte> text)
    {
        Span<char> digits = stackalloc char[text.Length];
        var length = 0;
        foreach (var c in text)
        {
            if (c != '.')
            {
                digits[length++] = (char)c;
            }
        }

        return Int128.Parse(digits[..length], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
    }
}
