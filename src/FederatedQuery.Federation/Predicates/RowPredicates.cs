using System.Text.Json.Nodes;
using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Erasing;
using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Federation.Sql;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Predicates;

/// <summary>
/// Reads a condition over the rows of one table, in DuckDB's SQL, under the rules of statements, and stricter: the same for a row whenever and wherever it is asked. So there is
/// no clock in it, no chance, no other table.
/// </summary>
public sealed class RowPredicates(DuckDbEngine engine, TableRegistry registry)
{
    /// <summary>On a line of its own, so that places in the condition are those of the text but for the line.</summary>
    private const string Before = "SELECT 1 FROM condition_rows WHERE\n";

    private const string Rows = "condition_rows";

    /// <param name="tableNamespace">Null: <c>default</c>.</param>
    /// <param name="where">The condition, without the word WHERE.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FederatedQueryException">What is wrong with it, and where.</exception>
    public async Task<RowMatch> CompileAsync(string? tableNamespace, string table, string where, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(where);
        var registered = await registry.FindAsync(tableNamespace, table, cancellationToken)
            ?? throw new FederatedQueryException(FailureKind.UnknownTable, await registry.UnknownMessageAsync(tableNamespace, table, cancellationToken));
        if (string.IsNullOrWhiteSpace(where))
        {
            throw new FederatedQueryException(FailureKind.BadArgument, "`where` is empty; it must be a condition on the table's columns, such as `customer_id = 42`. `true` means all rows.");
        }

        try
        {
            using var lease = await engine.Pool.RentAsync(cancellationToken);
            return await CompileAsync(lease.Connection, registered, Before + where, cancellationToken);
        }
        catch (FederatedQueryException error) when (error.Line is { } line)
        {
            // Said again for the text as it was given.
            throw FederatedQueryException.At(
                error.Kind, error.Message[..error.Message.LastIndexOf(" (line ", StringComparison.Ordinal)], (Math.Max(1, line - 1), error.Column ?? 1), error);
        }
        catch (DuckDBException error)
        {
            throw new FederatedQueryException(FailureKind.Statement, $"`where` does not suit table '{registered}': {FirstLine(error.Message)}", error);
        }
    }

    private static async Task<RowMatch> CompileAsync(
        DuckDBConnection connection, RegisteredTable table, string sql, CancellationToken cancellationToken)
    {
        var statement = await SqlStatement.ParseAsync(connection, sql, cancellationToken);
        RequireCondition(statement.Tree);
        StatementGuard.Check(statement.Tree, sql);
        var where = statement.Tree.Child("node")!.Child("where_clause")!;
        RequireSteady(where, sql);
        await statement.CheckAsPrintedAsync(connection, cancellationToken);
        var reference = TableReferenceFinder.Find(statement.Tree).Single();
        Unqualify(where, table);

        // Pushed down before JSON columns are spelled out: what compares them is left out of it anyway.
        var superset = await new PredicatePusher(reference, table.Schema, new ConstantEvaluator(connection, cancellationToken), table.JsonFieldIds).PushAsync();
        var columns = ColumnsOf(where, table.Schema);
        await ReadJsonAsync(connection, where, table, cancellationToken);
        var printed = await SqlStatement.ToSqlAsync(connection, statement.Tree, cancellationToken);
        var condition = ConditionOf(printed);
        await BindAsync(connection, table.Schema, condition, cancellationToken);
        return new RowMatch(condition, superset, columns);
    }

    /// <summary>The text went behind WHERE: nothing may have come after the condition, nor have made another statement of it.</summary>
    private static void RequireCondition(JsonObject tree)
    {
        var node = tree.Child("node")!;
        var isCondition = node.Type() == "SELECT_NODE" && node.Child("where_clause") is not null && node["modifiers"] is not JsonArray { Count: > 0 }
            && node["group_expressions"] is not JsonArray { Count: > 0 } && node["having"] is not JsonObject && node["qualify"] is not JsonObject
            && node["sample"] is not JsonObject && node["select_list"] is JsonArray { Count: 1 } && node.Text("aggregate_handling") is "STANDARD_HANDLING" or "";
        if (!isCondition)
        {
            throw new FederatedQueryException(
                FailureKind.NotAllowed, "`where` must be one condition on the table's columns, without ORDER BY, LIMIT, GROUP BY or anything else behind it.");
        }
    }

    private static void RequireSteady(JsonObject where, string sql)
    {
        foreach (var node in where.SelfAndDescendants())
        {
            var refused = node.Class() switch
            {
                "SUBQUERY" => "A subquery is not available in `where`: it must be true or false for a row by that row alone.",
                "WINDOW" => "Window functions are not available in `where`.",
                "FUNCTION" when AllowedFunctions.IsAggregate(node.Text("function_name")) => $"The aggregate '{node.Text("function_name")}' is not available in `where`.",
                "FUNCTION" when AllowedFunctions.IsVolatile(node.Text("function_name")) =>
                    $"Function '{node.Text("function_name")}' is not available in `where`: it is not the same each time that a row is looked at. Write a constant.",
                "COLUMN_REF" when node.ColumnNames() is [var name] && name.ToLowerInvariant() is "current_date" or "current_timestamp" or "localtimestamp" or "current_time" or "localtime" =>
                    "The clock is not available in `where`: write a constant.",
                "PARAMETER" => "Parameters are not available in `where`: write constants.",
                "STAR" => "* is not available in `where`.",
                _ => null,
            };
            if (refused is not null)
            {
                throw StatementGuard.Refuse(sql, node, refused);
            }
        }
    }

    /// <summary>A column may be written with its table's name, which it loses here, unless the table has a column (a struct) of that name.</summary>
    private static void Unqualify(JsonObject where, RegisteredTable table)
    {
        foreach (var node in where.SelfAndDescendants().Where(node => node.IsColumnReference()))
        {
            if (node.ColumnNames() is [var first, _, ..] && Same(first, table.Name) && !table.Schema.Fields.Any(field => Same(field.Name, first)))
            {
                ((JsonArray)node["column_names"]!).RemoveAt(0);
            }
        }
    }

    private static IReadOnlyList<string> ColumnsOf(JsonObject where, Schema schema)
    {
        var names = where.SelfAndDescendants().Where(node => node.IsColumnReference()).Select(node => node.ColumnNames()[0]).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. schema.Fields.Where(field => names.Contains(field.Name)).Select(field => field.Name)];
    }

    /// <summary>JSON columns are text where the condition is applied.</summary>
    private static async Task ReadJsonAsync(DuckDBConnection connection, JsonObject where, RegisteredTable table, CancellationToken cancellationToken)
    {
        // DuckDB's own words for a cast to JSON, which is no type of its own.
        var example = await SqlStatement.ParseAsync(connection, $"SELECT CAST(example AS {DuckDBLogicalType.JsonAlias})", cancellationToken);
        var cast = example.Tree.Child("node")!.Items("select_list").Single();
        var json = table.Schema.Fields.Where(field => table.JsonFieldIds.Contains(field.Id)).Select(field => field.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var node in where.SelfAndDescendants().Where(node => node.IsColumnReference() && node.ColumnNames() is [var name] && json.Contains(name)).ToList())
        {
            var replacement = (JsonObject)cast.DeepClone();
            replacement["child"] = node.DeepClone();
            node.ReplaceBy(replacement);
        }
    }

    private static string ConditionOf(string printed)
    {
        var start = printed.IndexOf(" WHERE ", StringComparison.Ordinal);
        return start > 0 && printed.StartsWith("SELECT 1 FROM ", StringComparison.Ordinal) && printed.AsSpan(0, start).EndsWith(Rows, StringComparison.Ordinal)
            ? printed[(start + " WHERE ".Length)..].TrimEnd(';')
            : throw new InvalidOperationException($"DuckDB prints a condition in an unexpected way: {printed}");
    }

    /// <summary>Lets DuckDB find names and types, and over a row of nulls what constants come to.</summary>
    private static async Task BindAsync(DuckDBConnection connection, Schema schema, string condition, CancellationToken cancellationToken)
    {
        var columns = string.Join(", ", schema.Fields.Zip(DuckDbNames.Of(schema.Fields), (field, name) =>
            $"NULL::{DuckDbTypes.Of(field.Type)} AS {DuckDBSql.QuoteIdentifier(name)}"));
        using var result = await connection.QueryAsync($"SELECT ({condition}) FROM (SELECT {columns}) AS {Rows}", null, cancellationToken);
        using var chunk = await result.ReadChunkAsync(cancellationToken);
        if (result.Columns[0].Type.Type != DuckDBType.Boolean)
        {
            throw new FederatedQueryException(
                FailureKind.BadArgument, $"`where` is of type {result.Columns[0].Type}; it must be a condition, which is true or false.");
        }
    }

    private static bool Same(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);

    private static string FirstLine(string message) => message.Split('\n', 2)[0];
}
