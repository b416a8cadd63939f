namespace FederatedQuery.DuckDb.Types;

/// <summary>Logical types as SQL.</summary>
internal static class LogicalTypeText
{
    public static string Write(DuckDBLogicalType type) => type.Alias ?? type.Type switch
    {
        DuckDBType.Decimal => $"DECIMAL({type.Width},{type.Scale})",
        DuckDBType.List => $"{type.Child}[]",
        DuckDBType.Array => $"{type.Child}[{type.ArraySize}]",
        DuckDBType.Map => $"MAP({type.Fields[0].Type}, {type.Fields[1].Type})",
        DuckDBType.Struct => $"STRUCT({Members(type)})",
        DuckDBType.Union => $"UNION({Members(type)})",
        DuckDBType.Enum => $"ENUM({string.Join(", ", type.EnumValues.Select(DuckDBSql.QuoteLiteral))})",
        var plain => Name(plain),
    };

    private static string Members(DuckDBLogicalType type) =>
        string.Join(", ", type.Fields.Select(Member));

    /// <summary>The members of <c>row(1, 2)</c> have no names.</summary>
    private static string Member(DuckDBField field) =>
        field.Name.Length == 0 ? field.Type.ToString() : $"{DuckDBSql.QuoteIdentifier(field.Name)} {field.Type}";

    private static string Name(DuckDBType type) => type switch
    {
        DuckDBType.UnsignedTinyInt => "UTINYINT",
        DuckDBType.UnsignedSmallInt => "USMALLINT",
        DuckDBType.UnsignedInteger => "UINTEGER",
        DuckDBType.UnsignedBigInt => "UBIGINT",
        DuckDBType.UnsignedHugeInt => "UHUGEINT",
        DuckDBType.TimestampS => "TIMESTAMP_S",
        DuckDBType.TimestampMs => "TIMESTAMP_MS",
        DuckDBType.TimestampNs => "TIMESTAMP_NS",
        DuckDBType.TimestampTz => "TIMESTAMP WITH TIME ZONE",
        DuckDBType.TimeTz => "TIME WITH TIME ZONE",
        DuckDBType.TimeNs => "TIME_NS",
        DuckDBType.SqlNull => "\"NULL\"",
        _ => type.ToString().ToUpperInvariant(),
    };
}
