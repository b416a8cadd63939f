using System.Collections.Frozen;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.Hot.Copy;
using FederatedQuery.Hot.Introspection;

namespace FederatedQuery.Hot.Statements;

/// <summary>How a column of a raw statement's result is read: as the type it has, as JSON, or as text.</summary>
/// <param name="Name">As the statement names it; names may repeat.</param>
/// <param name="TypeName">As PostgreSQL names it.</param>
/// <param name="Expression">What to select in its place; <c>{0}</c> is the column.</param>
/// <param name="Copy">How its bytes are decoded.</param>
internal sealed record StatementColumn(string Name, string TypeName, string Expression, CopyColumn Copy)
{
    private const string Plain = "{0}";

    private static readonly FrozenDictionary<string, (PostgresWireKind Wire, DuckDBLogicalType Type)> PlainTypes =
        new Dictionary<string, (PostgresWireKind, DuckDBLogicalType)>
        {
            ["boolean"] = (PostgresWireKind.Bool, DuckDBLogicalType.Boolean),
            ["smallint"] = (PostgresWireKind.Int2, DuckDBLogicalType.Integer),
            ["integer"] = (PostgresWireKind.Int4, DuckDBLogicalType.Integer),
            ["bigint"] = (PostgresWireKind.Int8, DuckDBLogicalType.BigInt),
            ["real"] = (PostgresWireKind.Float4, DuckDBLogicalType.Float),
            ["double precision"] = (PostgresWireKind.Float8, DuckDBLogicalType.Double),
            ["date"] = (PostgresWireKind.Date, DuckDBLogicalType.Date),
            ["time without time zone"] = (PostgresWireKind.Time, DuckDBLogicalType.Time),
            ["timestamp without time zone"] = (PostgresWireKind.Timestamp, DuckDBLogicalType.Timestamp),
            ["timestamp with time zone"] = (PostgresWireKind.Timestamp, DuckDBLogicalType.TimestampTz),
            ["text"] = (PostgresWireKind.Text, DuckDBLogicalType.Varchar),
            ["character varying"] = (PostgresWireKind.Text, DuckDBLogicalType.Varchar),
            ["uuid"] = (PostgresWireKind.Uuid, DuckDBLogicalType.Uuid),
            ["bytea"] = (PostgresWireKind.Bytea, DuckDBLogicalType.Blob),
        }.ToFrozenDictionary();

    /// <param name="name">As the statement names it.</param>
    /// <param name="typeName">As <c>format_type</c> writes it, type modifiers included.</param>
    public static StatementColumn Of(string name, string typeName)
    {
        var bare = Bare(typeName);
        if (PlainTypes.TryGetValue(bare, out var plain))
        {
            return Make(name, typeName, Plain, plain.Wire, plain.Type);
        }

        return bare switch
        {
            // Any number of digits, which no decimal of DuckDB's holds; NaN and the infinities are no JSON.
            "numeric" => Make(
                name, typeName, "CASE WHEN {0}::text ~ '^-?[0-9]' THEN {0}::text END", PostgresWireKind.Text, DuckDBLogicalType.Json),
            "json" or "jsonb" => Make(name, typeName, "{0}::text", PostgresWireKind.Text, DuckDBLogicalType.Json),
            "record" => Make(name, typeName, "to_json({0})::text", PostgresWireKind.Text, DuckDBLogicalType.Json),
            _ when bare.EndsWith("[]", StringComparison.Ordinal) =>
                Make(name, typeName, "to_json({0})::text", PostgresWireKind.Text, DuckDBLogicalType.Json),
            _ => Make(name, typeName, "{0}::text", PostgresWireKind.Text, DuckDBLogicalType.Varchar),
        };
    }

    private static StatementColumn Make(string name, string typeName, string expression, PostgresWireKind wire, DuckDBLogicalType type) =>
        new(name, typeName, expression, new CopyColumn(name, PostgresType.OfWire(typeName, wire), type));

    /// <summary>The type without its modifiers: <c>timestamp(3) without time zone</c> is <c>timestamp without time zone</c>.</summary>
    private static string Bare(string typeName)
    {
        var open = typeName.IndexOf('(', StringComparison.Ordinal);
        return open < 0 ? typeName : typeName[..open] + typeName[(typeName.IndexOf(')', open) + 1)..];
    }
}
