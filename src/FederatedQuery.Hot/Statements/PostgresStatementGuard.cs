namespace FederatedQuery.Hot.Statements;

/// <summary>
/// Decides by a statement's tokens whether raw SQL may run it: one statement, a query, no function off the allow list, no system catalog.
/// It is the first of three fences; behind it stand a read-only transaction and a role that owns nothing.
/// </summary>
internal static class PostgresStatementGuard
{
    private const int MaximumCharacters = 1_000_000;

    /// <summary>The gateway's own: control tables, and the Iceberg catalog (default privileges may reach it).</summary>
    private static readonly HashSet<string> OwnTables =
        new(StringComparer.OrdinalIgnoreCase) { "federated_query", "iceberg_tables", "iceberg_namespace_properties", "iceberg_location_maps", "iceberg_rest_requests" };

    /// <summary>What looks into catalogs by a cast: <c>1260::regclass</c>, <c>'x'::regrole</c>.</summary>
    private static readonly HashSet<string> CatalogTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        "regclass", "regcollation", "regconfig", "regdictionary", "regnamespace", "regoper", "regoperator", "regproc", "regprocedure", "regrole", "regtype",
    };

    /// <summary>Functions of the session that SQL calls without parentheses.</summary>
    private static readonly HashSet<string> SessionWords = new(StringComparer.Ordinal)
    {
        "current_catalog", "current_role", "current_schema", "current_user", "session_user", "system_user", "user",
    };

    /// <returns>The statement's tokens, without a trailing semicolon.</returns>
    /// <exception cref="HotException">Of kind <see cref="HotErrorKind.Syntax"/> or <see cref="HotErrorKind.NotAllowed"/>, with its position.</exception>
    public static IReadOnlyList<PostgresToken> Check(string sql)
    {
        if (sql.Length > MaximumCharacters)
        {
            throw new HotException(HotErrorKind.Argument, $"The statement has {sql.Length:N0} characters; at most {MaximumCharacters:N0} are taken.");
        }

        var tokens = PostgresLexer.Read(sql);
        while (tokens.Count > 0 && tokens[^1].IsSymbol(';'))
        {
            tokens.RemoveAt(tokens.Count - 1);
        }

        if (tokens.Count == 0)
        {
            throw new HotException(HotErrorKind.Syntax, "The statement is empty; a SELECT is expected.");
        }

        CheckFirstWord(tokens);
        var commonTables = new CommonTableNames(tokens);
        var aliases = new AliasNames(tokens);
        for (var i = 0; i < tokens.Count; i++)
        {
            var (token, before, after) = (tokens[i], i > 0 ? tokens[i - 1] : default, i + 1 < tokens.Count ? tokens[i + 1] : default);
            var isCommonTable = commonTables.Visit(i);
            aliases.Visit(i);
            if (token.IsSymbol(';'))
            {
                throw Refuse(token, "Exactly one statement is run; a second one begins behind this semicolon.");
            }

            if (token.Kind == PostgresTokenKind.Word)
            {
                CheckWord(token, before, after);
            }

            if (token.IsName && after.IsSymbol('('))
            {
                if (!isCommonTable && !aliases.IsAlias(i))
                {
                    CheckCall(tokens, i);
                }
            }
            else if (token.IsName && IsCatalogName(token, after))
            {
                throw Refuse(token, $"'{token.Text}' belongs to the catalogs of PostgreSQL or the gateway, which are not available; ask the GraphQL fields `tables` and `table` instead.");
            }
        }

        return tokens;
    }

    private static bool IsCatalogName(PostgresToken token, PostgresToken after) =>
        token.Text.StartsWith("pg_", StringComparison.OrdinalIgnoreCase)
        || (token.Text.Equals("information_schema", StringComparison.OrdinalIgnoreCase) && after.IsSymbol('.'))
        || OwnTables.Contains(token.Text)
        || CatalogTypes.Contains(token.Text);

    private static void CheckFirstWord(List<PostgresToken> tokens)
    {
        var first = tokens.Find(token => !token.IsSymbol('('));
        if (first.Kind != PostgresTokenKind.Word || first.Text is not ("select" or "with" or "values" or "table"))
        {
            var said = first.Kind == PostgresTokenKind.Word ? first.Text.ToUpperInvariant() : first.Text;
            throw Refuse(tokens[0], $"Only queries are run here (SELECT, WITH, VALUES, TABLE); this statement begins with {said}.");
        }
    }

    private static void CheckWord(PostgresToken token, PostgresToken before, PostgresToken after)
    {
        switch (token.Text)
        {
            case "into":
                throw Refuse(token, "SELECT INTO makes a table; only queries are run here.");
            case "insert" or "update" or "delete" or "merge" when before.IsSymbol('('):
                throw Refuse(token, $"{token.Text.ToUpperInvariant()} inside WITH changes rows; only queries are run here.");
            case var word when SessionWords.Contains(word) && !before.IsSymbol('.') && !before.IsWord("as"):
                throw Refuse(token, $"{word.ToUpperInvariant()} is not available: queries say nothing of the session. (A column of that name is written \"{word}\".)");
            case "for" when after.Kind == PostgresTokenKind.Word && after.Text is "update" or "share" or "no" or "key":
                throw Refuse(token, "FOR UPDATE and FOR SHARE lock rows; only queries are run here.");
        }
    }

    private static void CheckCall(List<PostgresToken> tokens, int i)
    {
        var token = tokens[i];
        if (i >= 2 && tokens[i - 1].IsSymbol('.'))
        {
            throw Refuse(token, $"Function '{tokens[i - 2].Text}.{token.Text}' is not available: functions are called by their plain name.");
        }

        var isKeyWord = token.Kind == PostgresTokenKind.Word && PostgresFunctions.IsKeyWord(token.Text);
        if (!isKeyWord && !PostgresFunctions.IsAllowed(token.Text))
        {
            throw Refuse(token, $"Function '{token.Text}' is not available in queries. (If '{token.Text}' is an alias with a column list, write AS before it.)");
        }
    }

    private static HotException Refuse(PostgresToken token, string message) =>
        new(HotErrorKind.NotAllowed, message) { Position = token.Start };
}
