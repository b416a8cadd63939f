using System.Collections.Immutable;
using System.Data.Common;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Hot.Introspection;

/// <summary>Turns rows of <c>pg_type</c> into types, once for all that a table's columns need.</summary>
internal sealed class PostgresTypeReader
{
    /// <summary>All types reachable from the columns of the table whose oid is <c>$1</c>.</summary>
    public const string TypesSql =
        """
        WITH RECURSIVE needed(oid) AS (
          SELECT atttypid FROM pg_catalog.pg_attribute WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped
          UNION
          SELECT inner_type.oid FROM needed JOIN pg_catalog.pg_type t ON t.oid = needed.oid CROSS JOIN LATERAL (
            SELECT t.typelem AS oid WHERE t.typcategory = 'A' AND t.typelem <> 0
            UNION ALL SELECT t.typbasetype WHERE t.typtype = 'd'
            UNION ALL SELECT a.atttypid FROM pg_catalog.pg_attribute a WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
          ) inner_type)
        SELECT t.oid, t.typname::text, t.typtype::text, CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE 0 END, t.typbasetype, t.typtypmod,
          coalesce((SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_catalog.pg_attribute a WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '{}'),
          coalesce((SELECT array_agg(a.atttypid::bigint ORDER BY a.attnum) FROM pg_catalog.pg_attribute a WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '{}'),
          coalesce((SELECT array_agg(a.atttypmod ORDER BY a.attnum) FROM pg_catalog.pg_attribute a WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '{}')
        FROM needed JOIN pg_catalog.pg_type t ON t.oid = needed.oid
        """;

    /// <summary>What a numeric without precision becomes; a value that does not fit stops a move and names the row.</summary>
    private static readonly DecimalType UnboundedNumeric = IcebergType.Decimal(38, 9);

    private readonly Dictionary<uint, Row> _rows = [];

    public async Task LoadAsync(DbDataReader reader, CancellationToken cancellationToken)
    {
        while (await reader.ReadAsync(cancellationToken))
        {
            _rows[reader.GetFieldValue<uint>(0)] = new Row(
                reader.GetString(1), reader.GetString(2)[0], reader.GetFieldValue<uint>(3), reader.GetFieldValue<uint>(4), reader.GetInt32(5),
                reader.GetFieldValue<string[]>(6), [.. reader.GetFieldValue<long[]>(7).Select(oid => (uint)oid)], reader.GetFieldValue<int[]>(8));
        }
    }

    /// <param name="modifier">The <c>atttypmod</c> of the column, -1 for none.</param>
    /// <param name="name">As <c>format_type</c> writes it, or null to take the type's own name.</param>
    public PostgresType Get(uint oid, int modifier, string? name = null)
    {
        var row = _rows[oid];
        name ??= row.Name;
        if (row.Kind == 'd')
        {
            return Get(row.BaseOid, row.Modifier, name);
        }

        if (row.ElementOid != 0)
        {
            return Array(oid, name, Get(row.ElementOid, modifier));
        }

        return row.Kind switch
        {
            'c' => Record(oid, name, row),
            'e' => Primitive(oid, name, PostgresWireKind.Text, IcebergType.String),
            _ => Base(oid, name, row.Name, modifier),
        };
    }

    private static PostgresType Base(uint oid, string name, string typeName, int modifier) => typeName switch
    {
        "bool" => Primitive(oid, name, PostgresWireKind.Bool, IcebergType.Boolean),
        "int2" => Primitive(oid, name, PostgresWireKind.Int2, IcebergType.Int),
        "int4" => Primitive(oid, name, PostgresWireKind.Int4, IcebergType.Int),
        "int8" => Primitive(oid, name, PostgresWireKind.Int8, IcebergType.Long),
        "float4" => Primitive(oid, name, PostgresWireKind.Float4, IcebergType.Float),
        "float8" => Primitive(oid, name, PostgresWireKind.Float8, IcebergType.Double),
        "numeric" => Primitive(oid, name, PostgresWireKind.Numeric, Numeric(modifier)),
        "date" => Primitive(oid, name, PostgresWireKind.Date, IcebergType.Date),
        "time" => Primitive(oid, name, PostgresWireKind.Time, IcebergType.Time),
        "timestamp" => Primitive(oid, name, PostgresWireKind.Timestamp, IcebergType.Timestamp),
        "timestamptz" => Primitive(oid, name, PostgresWireKind.Timestamp, IcebergType.Timestamptz),
        "text" or "varchar" => Primitive(oid, name, PostgresWireKind.Text, IcebergType.String) with { IsPlainText = true },
        // char(n) pads what it stores, and its cast to text takes the padding off; citext and name compare in ways of their own.
        "bpchar" => Primitive(oid, name, PostgresWireKind.Text, IcebergType.String) with { ReadAsText = true, IsPadded = true },
        "name" or "citext" => Primitive(oid, name, PostgresWireKind.Text, IcebergType.String) with { ReadAsText = true },
        "inet" => Primitive(oid, name, PostgresWireKind.Other, IcebergType.String) with { ReadAsText = true },
        "uuid" => Primitive(oid, name, PostgresWireKind.Uuid, IcebergType.Uuid),
        "bytea" => Primitive(oid, name, PostgresWireKind.Bytea, IcebergType.Binary),
        "json" => Primitive(oid, name, PostgresWireKind.Text, IcebergType.String) with { IsJson = true },
        "jsonb" => Primitive(oid, name, PostgresWireKind.Jsonb, IcebergType.String) with { IsJson = true },
        _ => Primitive(oid, name, PostgresWireKind.Other, null),
    };

    /// <summary>
    /// <c>numeric(p,s)</c> lies in the type modifier as <c>p &lt;&lt; 16 | s</c> plus 4, s being 11 bits with a sign. DuckDB and Parquet want
    /// 0 &lt;= s &lt;= p, which PostgreSQL does not: the type is widened to hold the same values.
    /// </summary>
    private static DecimalType? Numeric(int modifier)
    {
        if (modifier < 4)
        {
            return UnboundedNumeric;
        }

        var precision = ((modifier - 4) >> 16) & 0xFFFF;
        var scale = (((modifier - 4) & 0x7FF) ^ 0x400) - 0x400;
        (precision, scale) = scale < 0 ? (precision - scale, 0) : (Math.Max(precision, scale), scale);
        return precision <= DecimalType.MaxPrecision ? IcebergType.Decimal(precision, scale) : null;
    }

    private static PostgresType Primitive(uint oid, string name, PostgresWireKind wire, IcebergType? type) =>
        new() { Oid = oid, Name = name, Wire = wire, ToIceberg = _ => type };

    private static PostgresType Array(uint oid, string name, PostgresType element) => new()
    {
        Oid = oid,
        Name = name,
        Wire = PostgresWireKind.Array,
        ReadAsText = element.ReadAsText,
        Element = element,
        ToIceberg = ids =>
        {
            // PostgreSQL's arrays have any number of dimensions whatever their declaration says; more than one is refused value by value.
            var id = ids.Next(element);
            return element.ToIceberg(ids) is { } type ? new ListType(id, type, elementRequired: false) : null;
        },
    };

    private PostgresType Record(uint oid, string name, Row row)
    {
        var fields = row.FieldNames
            .Select((field, i) => new PostgresField(field, Get(row.FieldOids[i], row.FieldModifiers[i])))
            .ToImmutableArray();
        return new PostgresType
        {
            Oid = oid,
            Name = name,
            Wire = PostgresWireKind.Record,
            Fields = fields,
            ToIceberg = ids =>
            {
                var numbers = fields.Select(field => ids.Next(field.Type)).ToArray();
                var types = fields.Select(field => IsReadableInside(field.Type) ? field.Type.ToIceberg(ids) : null).ToArray();
                return types.Length == 0 || types.Any(type => type is null)
                    ? null
                    : new StructType([.. fields.Select((field, i) => NestedField.OptionalField(numbers[i], field.Name, types[i]!))]);
            },
        };
    }

    /// <summary>A cast reaches a whole column, not a field inside: there the type's own format has to be understood.</summary>
    private static bool IsReadableInside(PostgresType type) =>
        type.Wire != PostgresWireKind.Other && (type.Element is null || IsReadableInside(type.Element));

    private sealed record Row(
        string Name, char Kind, uint ElementOid, uint BaseOid, int Modifier, string[] FieldNames, uint[] FieldOids, int[] FieldModifiers);
}
