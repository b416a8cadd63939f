using System.Text.Json.Nodes;
using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Iceberg.Caching;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Sql;

/// <summary>
/// Asks DuckDB what constant expressions come to as values of a column's type: <c>'2024-01-01'</c> compared with a timestamp,
/// <c>now() - INTERVAL 1 DAY</c>, <c>5.0</c> compared with a bigint. DuckDB's own casts decide, so a pushed-down condition means what the
/// statement means.
/// </summary>
internal sealed class ConstantEvaluator(DuckDBConnection connection, CancellationToken cancellationToken)
{
    /// <summary>Planning a longer IN list costs more than the files that it prunes.</summary>
    private const int MaximumCount = 1_000;

    private const long MaximumKnownBytes = 4L * 1024 * 1024;

    /// <summary>By expressions and type: the same always come to the same. No load goes through it, so its timeout is never used.</summary>
    private static readonly SizeBoundedCache<KnownValues> Known = new(MaximumKnownBytes, static known => known.Bytes, TimeSpan.FromMinutes(1));

    private readonly Dictionary<PrimitiveType, JsonObject> _templates = [];

    /// <summary>
    /// True when the expression has one value for the whole statement: no columns, no subqueries, nothing volatile. One that names a collation is
    /// none: whatever is compared with it is compared by that collation.
    /// </summary>
    public static bool IsConstant(JsonObject expression) => expression.SelfAndDescendants().All(node => node.Class() switch
    {
        "" or "CONSTANT" or "CAST" or "OPERATOR" or "COMPARISON" or "CONJUNCTION" or "BETWEEN" or "CASE" => true,
        "FUNCTION" => !AllowedFunctions.IsVolatile(node.Text("function_name")) && !AllowedFunctions.IsAggregate(node.Text("function_name"))
            && !node.Text("function_name").Equals("collate", StringComparison.OrdinalIgnoreCase),
        _ => false,
    });

    /// <summary>
    /// The values of constant expressions that a column of the type is compared with together (by IN, BETWEEN or a comparison), as literals of the
    /// type. Null when one is none that the type holds exactly, is NULL, or is refused by DuckDB (the statement itself then says why), and when
    /// the values' types make DuckDB compare in a type that mistakes values of the column for each other.
    /// </summary>
    public async Task<Literal[]?> EvaluateAsync(IReadOnlyList<JsonObject> expressions, PrimitiveType type)
    {
        if (expressions.Count > MaximumCount)
        {
            return null;
        }

        var key = $"{type}\0{string.Join('\0', expressions.Select(expression => expression.ToJsonString(SqlStatement.DeepWriting)))}";
        if (Known.TryGet(key, out var known))
        {
            return known.Values;
        }

        var values = await AskAsync(expressions, type);
        if (key.Length <= MaximumKnownBytes / 64)
        {
            Known.Add(key, new KnownValues(values, (sizeof(char) * (long)key.Length) + (64 * expressions.Count)));
        }

        return values;
    }

    private async Task<Literal[]?> AskAsync(IReadOnlyList<JsonObject> expressions, PrimitiveType type)
    {
        try
        {
            var statement = (JsonObject)(await TemplateAsync(type)).DeepClone();
            var items = (JsonArray)statement["node"]!["select_list"]!;
            var template = items.Select(item => item!).ToArray();
            items.Clear();
            foreach (var expression in expressions)
            {
                foreach (var item in template)
                {
                    items.Add(Fill(item.DeepClone(), expression));
                }
            }

            using var result = await connection.QueryAsync(
                await SqlStatement.ToSqlAsync(connection, statement, cancellationToken), null, cancellationToken);
            using var chunk = await result.ReadChunkAsync(cancellationToken);
            return Read(chunk!, expressions.Count, type);
        }
        catch (DuckDBException)
        {
            // Not comparable, or failing as it will fail in the statement itself: nothing is pushed down, DuckDB tells the user.
            return null;
        }
    }

    private static Literal[]? Read(DataChunk chunk, int count, PrimitiveType type)
    {
        var values = new ComparedConstant[count];
        for (var i = 0; i < count; i++)
        {
            var (typeName, text, isExact, written) = (chunk[i * 4], chunk[(i * 4) + 1], chunk[(i * 4) + 2], chunk[(i * 4) + 3]);
            if (!text.IsValid(0) || !isExact.IsValid(0) || !isExact.Values<bool>()[0]
                || !DuckDbLiterals.TryParse(type, text.String(0), out var literal) || literal.IsNaN)
            {
                return null;
            }

            values[i] = new ComparedConstant(typeName.String(0), written.IsValid(0) ? written.String(0) : "", literal);
        }

        return ComparedConstant.AreComparedAs(type, values) ? [.. values.Select(value => value.Value)] : null;
    }

    /// <summary>What is asked of each expression: its own type, its value as the column's type, whether that is the same value, and its text.</summary>
    private async Task<JsonObject> TemplateAsync(PrimitiveType type)
    {
        if (!_templates.TryGetValue(type, out var template))
        {
            var name = DuckDbTypes.Of(type).ToString();
            var statement = await SqlStatement.ParseAsync(
                connection, $"SELECT typeof(x), TRY_CAST(x AS {name})::VARCHAR, TRY_CAST(x AS {name}) = x, TRY_CAST(x AS VARCHAR)", cancellationToken);
            _templates[type] = template = statement.Tree;
        }

        return template;
    }

    private static JsonNode Fill(JsonNode item, JsonObject expression)
    {
        foreach (var node in item.SelfAndDescendants().Where(node => node.IsColumnReference()).ToList())
        {
            node.ReplaceBy((JsonObject)expression.DeepClone());
        }

        return item;
    }

    /// <param name="Values">Not to be changed; null: there are none to be pushed down.</param>
    private sealed record KnownValues(Literal[]? Values, long Bytes);
}
