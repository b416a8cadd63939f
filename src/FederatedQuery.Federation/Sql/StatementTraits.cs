using System.Text.Json.Nodes;

namespace FederatedQuery.Federation.Sql;

/// <summary>What a statement says of its own answer.</summary>
/// <param name="Volatile">What makes two runs over the same rows differ: <c>random()</c>, <c>current_date</c>, a sample. Null: nothing.</param>
/// <param name="Combines">True when it joins tables, or unites (intersects, subtracts) queries.</param>
internal sealed record StatementTraits(string? Volatile, bool Combines)
{
    /// <summary>Functions of the clock that SQL calls without parentheses: columns, by the tree.</summary>
    private static readonly HashSet<string> ClockWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "current_date", "current_time", "current_timestamp", "localtime", "localtimestamp",
    };

    /// <summary>Of a statement as it was written: before its clock is fixed and its tables are replaced.</summary>
    public static StatementTraits Of(JsonObject statement)
    {
        string? changes = null;
        var combines = false;
        foreach (var node in statement.SelfAndDescendants())
        {
            combines |= node.Type() is "JOIN" or "SET_OPERATION_NODE" or "RECURSIVE_CTE_NODE";
            changes ??= VolatileBy(node);
        }

        return new StatementTraits(changes, combines);
    }

    private static string? VolatileBy(JsonObject node)
    {
        if (node["sample"] is JsonObject)
        {
            return "a sample of rows (SAMPLE)";
        }

        if (node.IsColumnReference() && node.ColumnNames() is [var word] && ClockWords.Contains(word))
        {
            return word.ToLowerInvariant();
        }

        // Quantiles of a reservoir are those of rows drawn at random.
        return node.Class() is "FUNCTION" or "WINDOW" && node.Text("function_name").ToLowerInvariant() is var name
            && (AllowedFunctions.IsVolatile(name) || name == "reservoir_quantile")
            ? $"{name}()"
            : null;
    }
}
