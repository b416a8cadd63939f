using System.Text.Json.Nodes;
using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Sql;

/// <summary>
/// Asks DuckDB what constant expressions come to as values of a column's type: <c>'2024-01-01'</c> compared with a timestamp,
/// <c>now() - INTERVAL 1 DAY</c>, <c>5.0</c> compared with a bigint. DuckDB's own casts decide, so a pushed-down condition means what the
/// statement means.
/// </summary>
internal sealed class ConstantEvaluator(DuckDBConnection connection, CancellationToken cancellationToken)
{
    private readonly Dictionary<PrimitiveType, JsonObject> _templates = [];

    /// <summary>True when the expression has one value for the whole statement: no columns, no subqueries, nothing volatile.</summary>
    public static bool IsConstant(JsonObject expression) => expression.SelfAndDescendants().All(node => node.Class() switch
    {
        "COLUMN_REF" or "SUBQUERY" or "WINDOW" or "LAMBDA" or "STAR" or "PARAMETER" or "DEFAULT" => false,
        "FUNCTION" => !AllowedFunctions.IsVolatile(node.Text("function_name")) && !AllowedFunctions.IsAggregate(node.Text("function_name")),
        _ => true,
    });

    /// <summary>
    /// The values of constant expressions as literals of the type; null for one that the type cannot hold exactly, that is NULL, or that DuckDB
    /// refuses (the statement itself then says why).
    /// </summary>
    public async Task<Literal?[]> EvaluateAsync(IReadOnlyList<JsonObject> expressions, PrimitiveType type)
    {
        var values = new Literal?[expressions.Count];
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
            for (var i = 0; i < values.Length; i++)
            {
                var (typeName, text, isExact) = (chunk![i * 3], chunk[(i * 3) + 1], chunk[(i * 3) + 2]);
                // A text column is not what it is compared with when that is a number: DuckDB casts the column then.
                var comparable = type is not StringType || typeName.String(0) == "VARCHAR";
                if (comparable && text.IsValid(0) && isExact.IsValid(0) && isExact.Values<bool>()[0]
                    && DuckDbLiterals.TryParse(type, text.String(0), out var literal) && !literal.IsNaN)
                {
                    values[i] = literal;
                }
            }
        }
        catch (DuckDBException)
        {
            // Not comparable, or failing as it will fail in the statement itself: nothing is pushed down, DuckDB tells the user.
            Array.Clear(values);
        }

        return values;
    }

    /// <summary>What is asked of each expression: its own type, its value as the column's type, and whether that is the same value.</summary>
    private async Task<JsonObject> TemplateAsync(PrimitiveType type)
    {
        if (!_templates.TryGetValue(type, out var template))
        {
            var name = DuckDbTypes.Of(type).ToString();
            var statement = await SqlStatement.ParseAsync(
                connection, $"SELECT typeof(x), TRY_CAST(x AS {name})::VARCHAR, TRY_CAST(x AS {name}) = x", cancellationToken);
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
}
