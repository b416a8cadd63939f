using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Caching;

namespace FederatedQuery.Federation.Sql;

/// <summary>
/// One SELECT in DuckDB's dialect, as the syntax tree that DuckDB itself makes of it. The tree is edited in place and turned back into text
/// by DuckDB: no SQL text of a user's is ever put together here.
/// </summary>
internal sealed class SqlStatement
{
    /// <summary>Longer statements are refused: the tree of a megabyte of SQL is tens of megabytes.</summary>
    private const int MaximumCharacters = 1_000_000;

    /// <summary>DuckDB refuses expressions deeper than 1,000; the tree has a few levels for each.</summary>
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 8_192 };

    /// <summary>Longer texts are not kept.</summary>
    private const int MaximumKnownCharacters = 256 * 1024;

    private const long MaximumKnownBytes = 16L * 1024 * 1024;

    /// <summary>By function and argument; see <see cref="ScalarAsync"/>. No load goes through it, so its timeout is never used.</summary>
    private static readonly SizeBoundedCache<KnownText> Known = new(MaximumKnownBytes, static known => sizeof(char) * (long)known.Characters, TimeSpan.FromMinutes(1));

    internal static readonly JsonSerializerOptions DeepWriting = new() { MaxDepth = 8_192 };

    private SqlStatement(string text, JsonObject tree)
    {
        Text = text;
        Tree = tree;
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>The statement node: <c>node</c> (the query) and <c>named_param_map</c>.</summary>
    public JsonObject Tree { get; }

    /// <exception cref="FederatedQueryException">A syntax error with its place, anything but one SELECT, an empty text.</exception>
    public static async Task<SqlStatement> ParseAsync(DuckDBConnection connection, string sql, CancellationToken cancellationToken)
    {
        if (sql.Length > MaximumCharacters)
        {
            throw new FederatedQueryException(FailureKind.BadArgument, $"The statement has {sql.Length:N0} characters; at most {MaximumCharacters:N0} are taken.");
        }

        if (sql.Contains('\0', StringComparison.Ordinal))
        {
            throw new FederatedQueryException(FailureKind.Syntax, "The statement holds U+0000, which is not a character of SQL.");
        }

        var root = (JsonObject)JsonNode.Parse(
            await ScalarAsync(connection, "SELECT json_serialize_sql($1::VARCHAR)", sql, cancellationToken), documentOptions: Deep)!;
        if (root["error"]!.GetValue<bool>())
        {
            throw Failure(sql, root);
        }

        var statements = (JsonArray)root["statements"]!;
        if (statements.Count != 1)
        {
            throw new FederatedQueryException(
                statements.Count == 0 ? FailureKind.Syntax : FailureKind.NotAllowed,
                statements.Count == 0 ? "The statement is empty; a SELECT is expected." : $"Exactly one statement is run; the text holds {statements.Count}.");
        }

        var tree = (JsonObject)statements[0]!;
        statements.Clear();
        return new SqlStatement(sql, tree);
    }

    /// <summary>The edited tree as SQL.</summary>
    public Task<string> ToSqlAsync(DuckDBConnection connection, CancellationToken cancellationToken) =>
        ToSqlAsync(connection, Tree, cancellationToken);

    /// <summary>
    /// What runs in the end is the tree as DuckDB prints it. Should the print say anything else than the tree (a name not quoted), it is judged
    /// as if it had been written so.
    /// </summary>
    /// <exception cref="FederatedQueryException">The print is refused, or reads other tables.</exception>
    public async Task CheckAsPrintedAsync(DuckDBConnection connection, CancellationToken cancellationToken)
    {
        var printed = await ParseAsync(connection, await ToSqlAsync(connection, cancellationToken), cancellationToken);
        StatementGuard.Check(printed.Tree, printed.Text);
        if (!Tables(printed.Tree).SetEquals(Tables(Tree)))
        {
            throw new FederatedQueryException(FailureKind.NotAllowed, "The statement holds a name that cannot be said to DuckDB; rename the alias or table.");
        }
    }

    private static HashSet<(string?, string)> Tables(JsonObject tree) =>
        [.. TableReferenceFinder.Find(tree).Select(reference => (reference.Schema, reference.Name))];

    /// <summary>A statement tree as SQL.</summary>
    public static Task<string> ToSqlAsync(DuckDBConnection connection, JsonObject statement, CancellationToken cancellationToken)
    {
        var copy = (JsonObject)statement.DeepClone();
        QuoteStars(copy);
        SpellDoubles(copy);
        var root = new JsonObject { ["error"] = false, ["statements"] = new JsonArray(copy) };
        return ScalarAsync(connection, "SELECT json_deserialize_sql($1::VARCHAR::JSON)", root.ToJsonString(DeepWriting), cancellationToken);
    }

    /// <summary>
    /// DuckDB prints the table of <c>"my table".*</c> without its quotes: as a syntax error, or as whatever the name says when read as SQL.
    /// </summary>
    private static void QuoteStars(JsonObject statement)
    {
        foreach (var star in statement.SelfAndDescendants().Where(node => node.Class() == "STAR" && node.Text("relation_name").Length > 0))
        {
            star["relation_name"] = DuckDBSql.QuoteIdentifier(star.Text("relation_name"));
        }
    }

    /// <summary>DuckDB prints the DOUBLE 11e-1 as 1.1, which it reads back as a DECIMAL: another type, that compares and computes otherwise.</summary>
    private static void SpellDoubles(JsonObject statement)
    {
        foreach (var node in statement.SelfAndDescendants().Where(node => node.Class() == "CONSTANT").ToList())
        {
            if (node.Child("value") is { } constant && constant.Child("type")?.Text("id") == "DOUBLE" && constant["value"] is JsonValue number
                && number.GetValueKind() == JsonValueKind.Number)
            {
                node.ReplaceBy(SqlTree.Cast(SqlTree.Constant("VARCHAR", number.ToJsonString()), "DOUBLE"));
            }
        }
    }

    /// <summary>
    /// What DuckDB's parser or printer makes of a text. The same text always gives the same, and applications send the same statements over and over: each
    /// call saved is a good half of a millisecond.
    /// </summary>
    private static async Task<string> ScalarAsync(DuckDBConnection connection, string sql, string argument, CancellationToken cancellationToken)
    {
        var key = $"{sql}\0{argument}";
        if (Known.TryGet(key, out var known))
        {
            return known.Text;
        }

        using var result = await connection.QueryAsync(sql, [argument], cancellationToken);
        using var chunk = await result.ReadChunkAsync(cancellationToken) ?? throw new InvalidOperationException("DuckDB gave no row for a scalar.");
        var value = chunk[0].String(0);
        if (key.Length + value.Length <= MaximumKnownCharacters)
        {
            Known.Add(key, new KnownText(value, key.Length + value.Length));
        }

        return value;
    }

    private static FederatedQueryException Failure(string sql, JsonObject error)
    {
        var message = error.Text("error_message");
        if (error.Text("error_type") == "not implemented" && message.StartsWith("Only SELECT", StringComparison.Ordinal))
        {
            var first = sql.TrimStart().Split([' ', '\n', '\t', '(', ';'], 2)[0].ToUpperInvariant();
            return new FederatedQueryException(FailureKind.NotAllowed, $"Only SELECT statements are run here; this one begins with {first}.");
        }

        var said = $"The statement cannot be parsed: {message}.";
        return long.TryParse(error.Text("position"), System.Globalization.CultureInfo.InvariantCulture, out var position)
            ? FederatedQueryException.At(FailureKind.Syntax, said, SqlPosition.OfCharacter(sql, position))
            : new FederatedQueryException(FailureKind.Syntax, said);
    }

    private sealed record KnownText(string Text, int Characters);
}
