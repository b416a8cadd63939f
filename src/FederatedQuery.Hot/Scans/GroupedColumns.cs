using System.Globalization;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.Hot.Copy;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Hot.Scans;

/// <summary>A column of a grouped scan.</summary>
/// <param name="Column">What is decoded; its name is for messages.</param>
/// <param name="Sql">The expression.</param>
internal sealed record GroupedColumn(CopyColumn Column, string Sql);

/// <summary>Keys and figures of groups in PostgreSQL's SQL, where that gives exactly what DuckDB gives of the same rows.</summary>
internal static class GroupedColumns
{
    /// <summary>With so many digits, no number of rows that a disk can hold has a sum that needs more than 38.</summary>
    private const int MostSummedDigits = 28;

    /// <summary>2^53 doubles below this have a sum that is a double.</summary>
    private const string LargeDouble = "1e290::float8";

    private static readonly PostgresType Int8 = PostgresType.OfWire("bigint", PostgresWireKind.Int8);
    private static readonly PostgresType Float8 = PostgresType.OfWire("double precision", PostgresWireKind.Float8);
    private static readonly PostgresType Numeric = PostgresType.OfWire("numeric", PostgresWireKind.Numeric);
    private static readonly PostgresType Text = PostgresType.OfWire("text", PostgresWireKind.Text);
    private static readonly PostgresType Timestamp = PostgresType.OfWire("timestamp", PostgresWireKind.Timestamp);

    /// <param name="read">The column as rows of it are read.</param>
    /// <returns>Null where it cannot be said.</returns>
    public static GroupedColumn? Of(HotGroupKey key, PostgresColumn column, CopyColumn read) =>
        key.Span is { } span ? Span(column, span, key.Origin) : Value(column, read);

    /// <inheritdoc cref="Of(HotGroupKey, PostgresColumn, CopyColumn)"/>
    public static GroupedColumn? Of(HotFigureKind kind, PostgresColumn column, CopyColumn read) => kind switch
    {
        HotFigureKind.Values => new(new CopyColumn($"count({column.Name})", Int8, DuckDBLogicalType.BigInt), $"count({SqlIdentifier.Quote(column.Name)})"),
        HotFigureKind.Sum => Sum(column),
        HotFigureKind.LargeSum => LargeSum(column),
        HotFigureKind.Minimum => Extreme("min", column, read),
        HotFigureKind.Maximum => Extreme("max", column, read),
        _ => throw new System.Diagnostics.UnreachableException(kind.ToString()),
    };

    public static GroupedColumn Rows { get; } = new(new CopyColumn("count(*)", Int8, DuckDBLogicalType.BigInt), "count(*)");

    private static GroupedColumn? Value(PostgresColumn column, CopyColumn read) => column.Field.Type switch
    {
        StringType => new(read with { Type = Text }, SqlValue.Of(column).Ordered),
        PrimitiveType => new(read, SqlIdentifier.Quote(column.Name)),
        _ => null,
    };

    private static GroupedColumn? Span(PostgresColumn column, TimeSpan span, TimeSpan origin)
    {
        var name = SqlIdentifier.Quote(column.Name);
        var micros = span.Ticks / TimeSpan.TicksPerMicrosecond;
        var start = OriginOf(micros, origin.Ticks / TimeSpan.TicksPerMicrosecond);
        return column.Field.Type switch
        {
            DateType => Bin($"{name}::timestamp", Literal.Timestamp(start), DuckDBLogicalType.Timestamp),
            TimestampType => Bin(name, Literal.Timestamp(start), DuckDBLogicalType.Timestamp),
            TimestamptzType => Bin(name, Literal.Timestamptz(start), DuckDBLogicalType.TimestampTz),
            _ => null,
        };

        GroupedColumn? Bin(string time, Literal from, DuckDBLogicalType type) => SqlLiteral.Of(from) is { } first
            ? new(new CopyColumn(column.Name, Timestamp, type), string.Create(CultureInfo.InvariantCulture, $"date_bin('{micros} microseconds', {time}, {first})"))
            : null;
    }

    /// <summary>The same spans, one of them beginning early: PostgreSQL before 15.6 is one span off for the first instants of spans before the origin.</summary>
    private static long OriginOf(long span, long origin)
    {
        var least = EpochTime.MicrosOf(DateTime.MinValue);
        var early = least + (((origin - least) % span + span) % span);
        return early <= EpochTime.MicrosOf(DateTime.MaxValue) ? early : origin;
    }

    private static GroupedColumn? Sum(PostgresColumn column)
    {
        var name = SqlIdentifier.Quote(column.Name);
        return (column.Type.Wire, column.Field.Type) switch
        {
            (PostgresWireKind.Int2 or PostgresWireKind.Int4, _) => Column(Int8, DuckDBLogicalType.BigInt, $"sum({name})"),
            (PostgresWireKind.Int8, _) => Column(Numeric, DuckDBLogicalType.Decimal(DecimalType.MaxPrecision, 0), $"sum({name})"),
            (PostgresWireKind.Numeric, DecimalType { Precision: <= MostSummedDigits } type) =>
                Column(Numeric, DuckDBLogicalType.Decimal(DecimalType.MaxPrecision, (byte)type.Scale), $"sum({name})"),
            (PostgresWireKind.Float4, _) => Column(Float8, DuckDBLogicalType.Double, $"sum({name}::float8)"),
            (PostgresWireKind.Float8, _) => Column(Float8, DuckDBLogicalType.Double, $"sum({name}) FILTER (WHERE abs({name}) < {LargeDouble})"),
            _ => null,
        };

        GroupedColumn Column(PostgresType type, DuckDBLogicalType vector, string sql) => new(new CopyColumn($"sum({column.Name})", type, vector), sql);
    }

    private static GroupedColumn? LargeSum(PostgresColumn column)
    {
        var name = SqlIdentifier.Quote(column.Name);
        return column.Type.Wire != PostgresWireKind.Float8 ? null : new(
            new CopyColumn($"sum({column.Name})", Float8, DuckDBLogicalType.Double),
            string.Create(CultureInfo.InvariantCulture, $"sum({name} / {HotScan.LargeSumDivisor:F0}::float8) FILTER (WHERE NOT abs({name}) < {LargeDouble})"));
    }

    private static GroupedColumn? Extreme(string function, PostgresColumn column, CopyColumn read)
    {
        if (Value(column, read) is not { } value)
        {
            return null;
        }

        return column.Field.Type switch
        {
            // PostgreSQL has neither of booleans, and that of UUIDs from 18 on alone; their text has the order of their bytes.
            BooleanType => value with { Sql = $"{(function == "min" ? "bool_and" : "bool_or")}({value.Sql})" },
            UuidType => value with { Sql = $"{function}({value.Sql}::text COLLATE \"C\")::uuid" },
            BinaryType or FixedType => null,
            _ => value with { Sql = $"{function}({value.Sql})" },
        };
    }
}
