using FederatedQuery.Columns;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Writing;

/// <summary>Partition transforms as DuckDB's SQL, in sessions whose time zone is UTC (spec: Partition Transforms).</summary>
internal static class PartitionSql
{
    private static readonly DateOnly Epoch = new(1970, 1, 1);

    /// <summary>The value of one partition field.</summary>
    /// <exception cref="IcebergException">Unsupported: the transform is not written with (one that is not known).</exception>
    public static string Value(PartitionField field, Schema schema)
    {
        if (field.Transform is VoidTransform)
        {
            return "NULL";
        }

        var column = schema.FindField(field.SourceId) ?? throw Unsupported(field, "its source is none of the table's columns");
        var source = ColumnPath.Of(schema, column) ?? throw Unsupported(field, "its source is inside a list or map");
        var name = $"{source}::{DuckDbTypes.Of(column.Type)}";
        return (field.Transform, column.Type) switch
        {
            (IdentityTransform, PrimitiveType) => name,
            (YearTransform, _) => $"(year({name}) - 1970)::INTEGER",
            (MonthTransform, _) => $"((year({name}) - 1970) * 12 + month({name}) - 1)::INTEGER",
            (DayTransform, _) => $"({name})::DATE",
            (HourTransform, _) => $"floor(epoch({name}) / 3600)::INTEGER",
            (BucketTransform bucket, _) => Bucket(field, bucket.NumBuckets, column.Type, name),
            (TruncateTransform truncate, StringType) => $"left({name}, {truncate.Width})",
            (TruncateTransform truncate, BinaryType) => $"({name})[1:{truncate.Width}]",
            (TruncateTransform truncate, DecimalType type) => Truncated(name, Literal.Decimal(truncate.Width, type.Scale), type),
            (TruncateTransform truncate, IntType) => Truncated(name, truncate.Width, "INTEGER", "BIGINT", int.MinValue),
            (TruncateTransform truncate, LongType) => Truncated(name, truncate.Width, "BIGINT", "HUGEINT", long.MinValue),
            _ => throw Unsupported(field, "its transform is not written with in this version"),
        };
    }

    /// <summary>
    /// Within a width of the type's lower end the result wraps around to its upper end, as <c>TransformExtensions</c> computes it: there alone the wider type is needed.
    /// </summary>
    private static string Truncated(string name, int width, string type, string wider, long lowest)
    {
        var (lower, range) = ((Int128)lowest, -2 * (Int128)lowest);
        var multiple = $"{name} - ((({name}) % {width}) + {width}::BIGINT) % {width}";
        return $"(CASE WHEN {name} >= {lower + width} THEN {multiple} "
            + $"ELSE (({name})::{wider} - ((({name})::{wider} % {width}) + {width}) % {width} + {range} - ({lower})) % {range} + ({lower}) END)::{type}";
    }

    private static string Truncated(string name, Literal width, DecimalType type) =>
        $"({name} - ((({name}) % {DuckDbLiterals.Of(width)}) + {DuckDbLiterals.Of(width)}) % {DuckDbLiterals.Of(width)})::{DuckDbTypes.Of(type)}";

    /// <summary>See <see cref="BucketFunction"/>.</summary>
    private static string Bucket(PartitionField field, int buckets, IcebergType type, string name) => type switch
    {
        IntType or LongType => $"{BucketFunction.OfLong}({buckets}, ({name})::BIGINT)",
        DateType => $"{BucketFunction.OfLong}({buckets}, (({name}) - DATE '1970-01-01')::BIGINT)",
        TimeType => $"{BucketFunction.OfLong}({buckets}, epoch_us({name}))",
        TimestampType or TimestamptzType => $"{BucketFunction.OfLong}({buckets}, epoch_us({name}))",
        StringType => $"{BucketFunction.OfText}({buckets}, {name})",
        UuidType => $"{BucketFunction.OfBytes}({buckets}, unhex(replace(({name})::VARCHAR, '-', '')))",
        BinaryType or FixedType => $"{BucketFunction.OfBytes}({buckets}, {name})",
        DecimalType => $"{BucketFunction.OfDecimal}({buckets}, ({name})::VARCHAR)",
        _ => throw Unsupported(field, $"buckets of type {type} are not written in this version"),
    };

    /// <summary>True for the rows of one partition.</summary>
    public static string Is(PartitionSpec spec, Schema schema, PartitionData partition) => spec.Fields.Length == 0
        ? "true"
        : string.Join(" AND ", spec.Fields.Select((field, i) => Is(field, schema, partition[i])));

    /// <summary>Days, months and years are said as ranges: by those DuckDB leaves out whole row groups, by a function's result it cannot.</summary>
    private static string Is(PartitionField field, Schema schema, Literal? value)
    {
        if (value is not { } present)
        {
            return $"{Value(field, schema)} IS NULL";
        }

        var column = schema.FindField(field.SourceId);
        (DateOnly From, DateOnly To)? days = field.Transform switch
        {
            _ when present.TypeId is not (TypeId.Int or TypeId.Date) => null,
            DayTransform => (Epoch.AddDays(present.AsInt), Epoch.AddDays(present.AsInt + 1)),
            MonthTransform => (Epoch.AddMonths(present.AsInt), Epoch.AddMonths(present.AsInt + 1)),
            YearTransform => (Epoch.AddYears(present.AsInt), Epoch.AddYears(present.AsInt + 1)),
            _ => null,
        };
        if (days is not { } range || column is not { Type: DateType or TimestampType or TimestamptzType })
        {
            return $"{Value(field, schema)} IS NOT DISTINCT FROM {DuckDbLiterals.Of(present)}";
        }

        var name = ColumnPath.Of(schema, column);
        return $"{name} >= {DuckDbLiterals.Of(StartOf(range.From, column.Type))} AND {name} < {DuckDbLiterals.Of(StartOf(range.To, column.Type))}";
    }

    /// <summary>The start of a day as a value of a date, timestamp or timestamptz column.</summary>
    internal static Literal StartOf(DateOnly day, IcebergType type) =>
        EpochTime.LiteralOf(day, type) ?? throw new System.Diagnostics.UnreachableException($"A time column is a date, timestamp or timestamptz, not {type}.");

    private static IcebergException Unsupported(PartitionField field, string reason) =>
        new(IcebergErrorKind.Unsupported, $"Files cannot be written by the partition field '{field.Name}' ({field.Transform}): {reason}.");
}
