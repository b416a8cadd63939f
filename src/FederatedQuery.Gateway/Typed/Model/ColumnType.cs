using System.Collections.Immutable;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Gateway.Typed.Model;

/// <summary>What a column's values are in GraphQL.</summary>
internal abstract record ColumnType;

/// <summary>A scalar; the kinds are the rows of the type map (docs/typed-tables.md).</summary>
internal sealed record ScalarColumn(ScalarKind Kind) : ColumnType;

/// <summary>A list; elements may be null.</summary>
internal sealed record ListColumn(ColumnType Element) : ColumnType;

/// <summary>An object with fields of its own.</summary>
/// <param name="TypeName">Unique in the schema.</param>
internal sealed record ObjectColumn(string TypeName, ImmutableArray<ObjectColumnField> Fields) : ColumnType;

/// <param name="Name">In GraphQL.</param>
/// <param name="Key">In the JSON of the object.</param>
internal sealed record ObjectColumnField(string Name, string Key, ColumnType Type, string? Description);

/// <summary>The scalars that columns have.</summary>
internal enum ScalarKind
{
    Boolean,
    Int,
    Long,
    Float,
    Decimal,
    Date,
    LocalTime,
    LocalDateTime,
    DateTime,
    String,
    Uuid,
    Base64String,

    /// <summary>Text that holds JSON.</summary>
    Json,

    /// <summary>A map: read as JSON, and not filtered by.</summary>
    Map,
}

internal static class ScalarKinds
{
    /// <summary>Null: the type is none of the type map, or no scalar.</summary>
    public static ScalarKind? Of(IcebergType type, bool isJson) => type switch
    {
        BooleanType => ScalarKind.Boolean,
        IntType => ScalarKind.Int,
        LongType => ScalarKind.Long,
        FloatType or DoubleType => ScalarKind.Float,
        DecimalType => ScalarKind.Decimal,
        DateType => ScalarKind.Date,
        TimeType => ScalarKind.LocalTime,
        TimestampType or TimestampNsType => ScalarKind.LocalDateTime,
        TimestamptzType or TimestamptzNsType => ScalarKind.DateTime,
        StringType => isJson ? ScalarKind.Json : ScalarKind.String,
        UuidType => ScalarKind.Uuid,
        BinaryType or FixedType => ScalarKind.Base64String,
        MapType => ScalarKind.Map,
        _ => null,
    };

    /// <summary>Whether values have an order that means something to those who ask.</summary>
    public static bool IsSortable(this ScalarKind kind) => kind is not (ScalarKind.Json or ScalarKind.Map or ScalarKind.Base64String);

    public static bool IsNumber(this ScalarKind kind) => kind is ScalarKind.Int or ScalarKind.Long or ScalarKind.Float or ScalarKind.Decimal;

    /// <summary>Dates and moments: may be truncated to days, months and so on.</summary>
    public static bool IsDay(this ScalarKind kind) => kind is ScalarKind.Date or ScalarKind.LocalDateTime or ScalarKind.DateTime;

    public static bool IsTime(this ScalarKind kind) => kind.IsDay() || kind == ScalarKind.LocalTime;
}
