using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Hot.Scans;

/// <summary>A value of each row in PostgreSQL's SQL: a column, a field of a composite, an element of an array.</summary>
/// <param name="Sql">As it is.</param>
/// <param name="Type">What PostgreSQL has.</param>
/// <param name="IcebergType">What it is compared as.</param>
internal sealed record SqlValue(string Sql, PostgresType Type, IcebergType IcebergType)
{
    /// <summary>No column: no index is on it, and its collation is not known.</summary>
    public bool IsInside { get; init; }

    public bool IsComparable => IcebergType is PrimitiveType;

    /// <summary>
    /// The value to be tested for equality. Equal under a column's own collation is equal by code point and more, and that way its index serves.
    /// </summary>
    public string Plain => IcebergType is StringType && (IsInside || !Type.IsPlainText) ? Ordered : Sql;

    /// <summary>The value to be compared and ordered as both tiers do: text by code point.</summary>
    public string Ordered => IcebergType is StringType ? $"({Sql}{(Type.IsPlainText ? "" : "::text")} COLLATE \"C\")" : Sql;

    public static SqlValue Of(PostgresColumn column) => new(SqlIdentifier.Quote(column.Name), column.Type, column.Field.Type);

    /// <summary>A field of a composite, at whatever depth.</summary>
    /// <param name="composite">In SQL, to stand before the dot.</param>
    /// <param name="path">The field's dotted name; the names of its parts may have dots as well.</param>
    /// <param name="type">Of the field.</param>
    /// <returns>Null: none.</returns>
    public static SqlValue? Find(string composite, PostgresType compositeType, string path, IcebergType type)
    {
        foreach (var field in compositeType.Fields)
        {
            var sql = $"{composite}.{SqlIdentifier.Quote(field.Name)}";
            if (field.Name == path)
            {
                return new SqlValue(sql, field.Type, type) { IsInside = true };
            }

            if (path.StartsWith(field.Name + '.', StringComparison.Ordinal) && Find($"({sql})", field.Type, path[(field.Name.Length + 1)..], type) is { } found)
            {
                return found;
            }
        }

        return null;
    }
}
