namespace FederatedQuery.Hot.Sql;

/// <summary>A table's name with its schema, both as PostgreSQL stores them (not quoted, not folded).</summary>
public readonly record struct TableName(string Schema, string Name)
{
    public const string DefaultSchema = "public";

    /// <summary>As SQL: <c>"public"."sales"</c>.</summary>
    public string ToSql() => $"{SqlIdentifier.Quote(Schema)}.{SqlIdentifier.Quote(Name)}";

    public static TableName InPublic(string name) => new(DefaultSchema, name);

    /// <summary>For people: <c>sales</c> in the default schema, else <c>schema.sales</c>.</summary>
    public override string ToString() => Schema == DefaultSchema ? Name : $"{Schema}.{Name}";
}
