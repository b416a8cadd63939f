using FederatedQuery.Hot.Sql;

namespace FederatedQuery.Tiering.Tables;

/// <summary>Names as users write them: <c>sales</c>, <c>default.sales</c>, <c>schema.sales</c>.</summary>
public static class TableNames
{
    /// <summary>The Iceberg namespace of what lies in PostgreSQL's schema <c>public</c>.</summary>
    public const string DefaultNamespace = "default";

    /// <exception cref="TieringException">InvalidArgument: a part is empty.</exception>
    public static TableName Parse(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var (schema, table) = dot < 0 ? (TableName.DefaultSchema, name) : (name[..dot], name[(dot + 1)..]);
        return schema.Length == 0 || table.Length == 0
            ? throw new TieringException(TieringErrorKind.InvalidArgument, $"'{name}' is no table name; write 'name' or 'schema.name'.")
            : new TableName(SchemaOf(schema), table);
    }

    public static string NamespaceOf(TableName table) => table.Schema == TableName.DefaultSchema ? DefaultNamespace : table.Schema;

    public static string SchemaOf(string tableNamespace) => tableNamespace == DefaultNamespace ? TableName.DefaultSchema : tableNamespace;
}
