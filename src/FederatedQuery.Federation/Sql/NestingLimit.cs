using System.Text.Json.Nodes;

namespace FederatedQuery.Federation.Sql;

/// <summary>
/// Refuses statements that DuckDB would plan for minutes or hours, in which it cannot be interrupted: its planner doubles its work with each
/// subquery inside a subquery's expression (20: 0.3 s, 25: 9 s, 40: not within minutes) and takes the cube of an expression's depth
/// (250 nested structs: 7 s, 900 additions: 13 s).
/// </summary>
internal static class NestingLimit
{
    /// <summary>Far beyond what people and their tools write. Conjunctions, IN lists and the like count once however long they are.</summary>
    public const int ExpressionDepth = 150;

    /// <summary>Subqueries in expressions (scalar, IN, EXISTS) within each other; those in FROM and in WITH do not count.</summary>
    public const int SubqueryDepth = 12;

    public const int CommonTableCopies = 200;

    /// <summary>Lambdas within each other: each doubles the planner's work too, and more (9: 0.1 s, 30: not within minutes).</summary>
    public const int LambdaDepth = 6;

    /// <exception cref="FederatedQueryException">Of kind <see cref="FailureKind.NotAllowed"/>, at the place where it becomes too deep.</exception>
    public static void Check(JsonObject statement, string sql)
    {
        CheckCommonTables(statement);
        var open = new Stack<(JsonNode Node, int Expressions, int Subqueries, int Lambdas)>([(statement, 0, 0, 0)]);
        while (open.TryPop(out var next))
        {
            var (node, expressions, subqueries, lambdas) = next;
            if (node is JsonObject item && item.Class() is { Length: > 0 } kind)
            {
                expressions++;
                subqueries += kind == "SUBQUERY" ? 1 : 0;
                lambdas += kind == "LAMBDA" ? 1 : 0;
                Require(lambdas <= LambdaDepth, item, sql, $"Lambdas stand within each other more than {LambdaDepth} deep; break them into steps with WITH.");
                Require(expressions <= ExpressionDepth, item, sql, $"An expression is nested more than {ExpressionDepth} deep; break it into steps with WITH.");
                Require(subqueries <= SubqueryDepth, item, sql, $"Subqueries stand within each other more than {SubqueryDepth} deep; use joins or WITH.");
            }

            foreach (var child in node.Children())
            {
                open.Push((child, expressions, subqueries, lambdas));
            }
        }
    }

    /// <summary>A table of WITH that is not MATERIALIZED may be planned anew wherever it is named, and those that it names with it: 2 x 2 x 2 ...</summary>
    private static void CheckCommonTables(JsonObject statement)
    {
        var copies = new Dictionary<string, long>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in statement.SelfAndDescendants().Where(node => node.Child("value")?.Text("materialized") is "CTE_MATERIALIZE_DEFAULT" or "CTE_MATERIALIZE_NEVER"))
        {
            var named = entry.Child("value").SelfAndDescendants()
                .Where(node => node.Type() == "BASE_TABLE").Sum(node => copies.GetValueOrDefault(node.Text("table_name")));
            copies[entry.Text("key")] = named + 1;
            if (named > CommonTableCopies)
            {
                throw new FederatedQueryException(
                    FailureKind.NotAllowed, $"The table '{entry.Text("key")}' of WITH stands for more than {CommonTableCopies} others; define some of them AS MATERIALIZED (...).");
            }
        }
    }

    private static void Require(bool condition, JsonObject node, string sql, string message)
    {
        if (!condition)
        {
            throw StatementGuard.Refuse(sql, node, message);
        }
    }
}
