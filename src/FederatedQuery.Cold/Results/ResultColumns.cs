using System.Collections.Immutable;
using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Types;

namespace FederatedQuery.Cold.Results;

/// <summary>
/// How the columns of a result lie in a Parquet file. Names may repeat and may be anything, so the file has names of its own. Values of types that Parquet does not keep
/// exactly lie there as text, and become what they were when they are read.
/// </summary>
public static class ResultColumns
{
    /// <summary>The column that holds the order of the rows.</summary>
    internal const string Order = "position";

    /// <summary>The type that a value is stored as; the cast there and back is exact.</summary>
    /// <returns>Null: there is none, and the result cannot be stored.</returns>
    public static DuckDBLogicalType? Stored(DuckDBLogicalType type) => type.Type switch
    {
        // Parquet's integers end at 64 bits, and an interval's microseconds, a time's zone and a dictionary's order have no place in it.
        DuckDBType.HugeInt or DuckDBType.UnsignedHugeInt or DuckDBType.BigNum or DuckDBType.Bit or DuckDBType.Interval or DuckDBType.TimeTz or DuckDBType.TimeNs
            or DuckDBType.Enum => DuckDBLogicalType.Varchar,
        DuckDBType.List or DuckDBType.Array => Stored(type.Child!) is { } child ? DuckDBLogicalType.List(child) : null,
        DuckDBType.Map => (Stored(type.Fields[0].Type), Stored(type.Fields[1].Type)) is ({ } key, { } value) ? DuckDBLogicalType.Map(key, value) : null,
        DuckDBType.Struct => Members(type),
        // A text does not tell which member a value is of; the others are not JSON's in the first place.
        DuckDBType.Union or DuckDBType.Variant or DuckDBType.Geometry or DuckDBType.SqlNull or DuckDBType.Any or DuckDBType.Invalid
            or DuckDBType.StringLiteral or DuckDBType.IntegerLiteral => null,
        _ when type.Alias is not null && !type.IsJson => null,
        _ => type,
    };

    /// <summary>The first column that cannot be stored; null: all can.</summary>
    public static DuckDBColumn? FindUnstorable(IEnumerable<DuckDBColumn> columns) => columns.FirstOrDefault(column => Stored(column.Type) is null);

    /// <summary>The SELECT list that gives the columns of a file their names and types back.</summary>
    /// <param name="columns">Name and type (as SQL) of each.</param>
    internal static string Restored(IEnumerable<(string Name, string Type)> columns) => string.Join(
        ", ", columns.Select((column, i) => $"CAST({NameOf(i)} AS {column.Type}) AS {(column.Name.Length == 0 ? "\" \"" : DuckDBSql.QuoteIdentifier(column.Name))}"));

    internal static string NameOf(int column) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"c{column}");

    private static DuckDBLogicalType? Members(DuckDBLogicalType type)
    {
        var members = type.Fields.Select(field => (field.Name, Type: Stored(field.Type))).ToImmutableArray();
        return members.All(member => member is { Type: not null, Name.Length: > 0 })
            ? DuckDBLogicalType.Struct([.. members.Select(member => new DuckDBField(member.Name, member.Type!))])
            : null;
    }
}
