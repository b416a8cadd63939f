namespace FederatedQuery.Hot.Statements;

/// <summary>
/// Knows which names in a WITH list are definitions: <c>WITH t(a) AS (...), u(b) AS (...)</c>. Tokens are visited in order. A definition is
/// known by what stands behind it too: in <c>WITH t AS (...) (SELECT ...) ORDER BY 1, f(2)</c> the last name is a call.
/// </summary>
internal sealed class CommonTableNames(IReadOnlyList<PostgresToken> tokens)
{
    private readonly Stack<bool> _inList = new([false]);

    /// <returns>True when the token names a common table expression that is being defined.</returns>
    public bool Visit(int at)
    {
        var (token, before) = (tokens[at], at > 0 ? tokens[at - 1] : default);
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

        var isDefinition = _inList.Peek() && token.IsName && !token.IsWord("recursive") && IsListStart(before) && IsDefinition(at);
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

        return isDefinition;
    }

    private static bool IsListStart(PostgresToken before) =>
        before.IsSymbol(',') || before.IsWord("with") || before.IsWord("recursive");

    /// <summary>name [(column, ...)] AS [[NOT] MATERIALIZED] (</summary>
    private bool IsDefinition(int at)
    {
        var next = at + 1;
        if (Token(next).IsSymbol('('))
        {
            do
            {
                next += 2;
            }
            while (Token(next - 1).IsName && Token(next).IsSymbol(','));

            if (!Token(next - 1).IsName || !Token(next).IsSymbol(')'))
            {
                return false;
            }

            next++;
        }

        if (!Token(next).IsWord("as"))
        {
            return false;
        }

        next += Token(next + 1).IsWord("not") ? 2 : 1;
        return Token(Token(next).IsWord("materialized") ? next + 1 : next).IsSymbol('(');
    }

    private PostgresToken Token(int at) => at < tokens.Count ? tokens[at] : default;

    private void Replace(bool value)
    {
        _inList.Pop();
        _inList.Push(value);
    }
}
