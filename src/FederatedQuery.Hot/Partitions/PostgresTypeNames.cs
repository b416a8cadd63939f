using System.Globalization;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Hot.Partitions;

/// <summary>
/// Iceberg types as column types of tables that the gateway makes. Structs need composite types, which are made before the table and are
/// named after the table and the field's path.
/// </summary>
internal sealed class PostgresTypeNames(TableName table, IReadOnlySet<int> jsonFieldIds)
{
    private readonly List<string> _statements = [];

    /// <summary>The composite types that the columns asked for need, innermost first.</summary>
    public IReadOnlyList<string> CreateTypeStatements => _statements;

    /// <summary>A column's type, with the collation that makes an index serve both tiers' text order.</summary>
    /// <exception cref="HotException">PostgreSQL has no such type, naming the column.</exception>
    public string Column(NestedField field)
    {
        var type = Of(field, field.Name, field.Type);
        return type == "text" ? "text COLLATE \"C\"" : type;
    }

    private string Of(NestedField field, string path, IcebergType type) => type switch
    {
        BooleanType => "boolean",
        IntType => "integer",
        LongType => "bigint",
        FloatType => "real",
        DoubleType => "double precision",
        DecimalType exact => string.Create(CultureInfo.InvariantCulture, $"numeric({exact.Precision},{exact.Scale})"),
        DateType => "date",
        TimeType => "time",
        TimestampType => "timestamp",
        TimestamptzType => "timestamptz",
        StringType => jsonFieldIds.Contains(field.Id) ? "jsonb" : "text",
        UuidType => "uuid",
        FixedType or BinaryType => "bytea",
        ListType { ElementType: not ListType } list => Of(list.ElementField, $"{path}.{ListType.ElementName}", list.ElementType) + "[]",
        StructType fields => Composite(path, fields),
        _ => throw new HotException(
            HotErrorKind.Unsupported, $"Column '{path}' of table '{table}' is of Iceberg's type {type}, for which PostgreSQL has no column type."),
    };

    private string Composite(string path, StructType fields)
    {
        var members = fields.Fields
            .Select(field => $"{SqlIdentifier.Quote(field.Name)} {Of(field, $"{path}.{field.Name}", field.Type)}")
            .ToList();
        var name = new TableName(table.Schema, PartitionNames.Fit(table.Name, "_" + path.Replace('.', '_'))).ToSql();
        _statements.Add($"CREATE TYPE {name} AS ({string.Join(", ", members)})");
        return name;
    }
}
