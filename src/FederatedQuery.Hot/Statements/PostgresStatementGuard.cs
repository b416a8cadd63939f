namespace FederatedQuery.Hot.Statements;

/// <summary>
/// Decides by a statement's tokens whether raw SQL may run it: one statement, a query, no function off the allow list, no system catalog.
/// It is the first of three fences; behind it stand a read-only transaction and a role that owns nothing.
/// </summary>
internal static class PostgresStatementGuard
{
    /// <returns>The statement's tokens, without a trailing semicolon.</returns>
    /// <exception cref="HotException">Of kind <see cref="HotErrorKind.Syntax"/> or <see cref="HotErrorKind.NotAllowed"/>, with its position.</exception>
    public static IReadOnlyList<PostgresToken> Check(string sql)
    {
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
        var commonTables = new CommonTableNames();
        for (var i = 0; i < tokens.Count; i++)
        {
            var (token, before, after) = (tokens[i], i > 0 ? tokens[i - 1] : default, i + 1 < tokens.Count ? tokens[i + 1] : default);
            var isCommonTable = commonTables.Visit(token, before);
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
                if (!isCommonTable && !IsAlias(before))
                {
                    CheckCall(tokens, i);
                }
            }
            else if (token.IsName && token.Text.StartsWith("pg_", StringComparison.OrdinalIgnoreCase))
            {
                throw Refuse(token, $"'{token.Text}' belongs to PostgreSQL's system catalogs, which are not available; ask the GraphQL fields `tables` and `table` instead.");
            }
        }

        return tokens;
    }

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
            case "for" when after.Kind == PostgresTokenKind.Word && after.Text is "update" or "share" or "no" or "key":
                throw Refuse(token, "FOR UPDATE and FOR SHARE lock rows; only queries are run here.");
        }
    }

    /// <summary>A name with a column list behind AS or a closing parenthesis is an alias: <c>AS t(a, b)</c>.</summary>
    private static bool IsAlias(PostgresToken before) =>
        before.IsSymbol(')') || before.IsWord("as");

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

    /// <summary>Knows which names in a WITH list are definitions: <c>WITH t(a) AS (...), u(b) AS (...)</c>.</summary>
    private sealed class CommonTableNames
    {
        private readonly Stack<bool> _inList = new([false]);

        /// <returns>True when this token names a common table expression that is being defined.</returns>
        public bool Visit(PostgresToken token, PostgresToken before)
        {
            if (token.Kind == PostgresTokenKind.Symbol)
            {
                if (token.IsSymbol('('))
                {
                    _inList.Push(false);
                }
                else if (token.IsSymbol(')') && _inList.Count > 1)
                {
                    _inList.Pop();
                }

                return false;
            }

            var isDefinition = _inList.Peek() && token.IsName && IsListStart(before);
            if (token.Kind == PostgresTokenKind.Word && !isDefinition)
            {
                switch (token.Text)
                {
                    // WITH begins a list only where a query begins; WITH TIES, WITH ORDINALITY and WITH TIME ZONE do not.
                    case "with" when before.Kind == PostgresTokenKind.None || before.IsSymbol('(') || before.IsWord("as"):
                        Replace(true);
                        break;
                    case "select" or "values" or "table":
                        Replace(false);
                        break;
                }
            }

            return isDefinition && !token.IsWord("recursive");
        }

        private static bool IsListStart(PostgresToken before) =>
            before.IsSymbol(',') || before.IsWord("with") || before.IsWord("recursive");

        private void Replace(bool value)
        {
            _inList.Pop();
            _inList.Push(value);
        }
    }
}
