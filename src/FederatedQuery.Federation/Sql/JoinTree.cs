using System.Text.Json.Nodes;

namespace FederatedQuery.Federation.Sql;

/// <summary>
/// Says which conditions of a SELECT may be applied to a table's rows before its joins. WHERE reaches every table of the FROM clause, ON
/// reaches the tables of its own join; outer joins, sampling and joins by position or nearest match restrict what may be moved below them.
/// </summary>
internal static class JoinTree
{
    public static void AddConditions(JsonObject select, IReadOnlyList<TableReference> references)
    {
        // A sample is drawn before WHERE is applied: filtering first would draw another one.
        if (select.Child("from_table") is not { } from || select["sample"] is JsonObject)
        {
            return;
        }

        var byNode = references.ToDictionary(reference => reference.Node);
        var sides = Walk(from, byNode);
        if (select.Child("where_clause") is { } where)
        {
            Apply(where, sides);
        }
    }

    /// <summary>The tables below a FROM item that conditions from above may reach.</summary>
    private static List<Side> Walk(JsonObject from, Dictionary<JsonObject, TableReference> byNode)
    {
        if (from["sample"] is JsonObject)
        {
            return [];
        }

        return from.Type() switch
        {
            "BASE_TABLE" when byNode.TryGetValue(from, out var reference)
                && from["column_name_alias"] is not JsonArray { Count: > 0 } => [new Side(reference, false)],
            "JOIN" => WalkJoin(from, byNode),
            _ => [],
        };
    }

    private static List<Side> WalkJoin(JsonObject join, Dictionary<JsonObject, TableReference> byNode)
    {
        var left = join.Child("left") is { } leftItem ? Walk(leftItem, byNode) : [];
        var right = join.Child("right") is { } rightItem ? Walk(rightItem, byNode) : [];
        var condition = join.Child("condition");
        MarkMerged(join, left, right);
        switch (join.Text("ref_type"), join.Text("join_type"))
        {
            case ("REGULAR" or "CROSS" or "NATURAL", "INNER"):
                Apply(condition, [.. left, .. right]);
                return [.. left, .. right];
            case ("REGULAR" or "NATURAL", "LEFT"):
                Apply(condition, right);
                return [.. left, .. NullExtended(right)];
            case ("REGULAR" or "NATURAL", "RIGHT"):
                Apply(condition, left);
                return [.. NullExtended(left), .. right];
            case ("REGULAR" or "NATURAL", "FULL" or "OUTER"):
                return [.. NullExtended(left), .. NullExtended(right)];
            case ("REGULAR" or "NATURAL", "SEMI"):
                Apply(condition, [.. left, .. right]);
                return left;
            case ("REGULAR" or "NATURAL", "ANTI"):
                Apply(condition, right);
                return left;
            default:
                // ASOF picks the nearest row, POSITIONAL the row of the same number: dropping rows first changes the pick.
                return [];
        }
    }

    /// <summary>An unqualified name of a USING column means the left table's, the right one's after RIGHT, and after FULL whichever is not null.</summary>
    private static void MarkMerged(JsonObject join, List<Side> left, List<Side> right)
    {
        var names = join["using_columns"] is JsonArray columns ? columns.Select(name => name!.GetValue<string>()).ToList() : [];
        var isNatural = join.Text("ref_type") == "NATURAL";
        var merged = join.Text("join_type") switch
        {
            "INNER" or "LEFT" or "SEMI" or "ANTI" => right,
            "RIGHT" => left,
            _ => [.. left, .. right],
        };
        foreach (var side in merged)
        {
            side.Reference.MergedColumns.UnionWith(names);
            side.Reference.IsNaturallyJoined |= isNatural;
        }
    }

    private static IEnumerable<Side> NullExtended(IEnumerable<Side> sides) => sides.Select(side => side with { MustRejectNull = true });

    private static void Apply(JsonObject? condition, IReadOnlyList<Side> sides)
    {
        if (condition is null)
        {
            return;
        }

        foreach (var conjunct in Conjuncts(condition))
        {
            foreach (var side in sides)
            {
                side.Reference.Conditions.Add(new RowCondition(conjunct, side.MustRejectNull));
            }
        }
    }

    private static IEnumerable<JsonObject> Conjuncts(JsonObject condition) => condition.Type() == "CONJUNCTION_AND"
        ? condition.Items("children").SelectMany(Conjuncts)
        : [condition];

    private sealed record Side(TableReference Reference, bool MustRejectNull);
}
