using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Hot.Introspection;

/// <summary>A column that has a counterpart in Iceberg.</summary>
/// <param name="Type">What PostgreSQL stores.</param>
/// <param name="Field">What it is in Iceberg: id, name, type, whether required, comment.</param>
/// <param name="IsGenerated">True when PostgreSQL computes the value, so that it cannot be written.</param>
public sealed record PostgresColumn(PostgresType Type, NestedField Field, bool IsGenerated)
{
    public string Name => Field.Name;

    /// <summary>PostgreSQL's number of it (<c>attnum</c>), which outlives its name and is never another column's of the table.</summary>
    public int Number { get; init; }

    /// <summary>True when PostgreSQL has a value for rows that are given none: a default, or the next number.</summary>
    public bool HasDefault { get; init; }
}

/// <summary>A column whose type has no counterpart in Iceberg.</summary>
/// <param name="Reason">What is wrong with the type, to stand after its name.</param>
public sealed record UnsupportedColumn(string Name, string Type, string Reason);
