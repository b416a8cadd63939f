namespace FederatedQuery.Hot.Statements;

/// <summary>
/// Knows which names before an opening parenthesis are aliases with a column list: <c>AS t(a, b)</c>, and what stands directly behind a
/// FROM item in parentheses or a function in FROM. Tokens are visited in order.
/// </summary>
internal sealed class AliasNames(IReadOnlyList<PostgresToken> tokens)
{
    private readonly Stack<int> _open = new();

    /// <summary>Where the parenthesis that was closed last had been opened.</summary>
    private int _lastOpened = -1;

    public void Visit(int at)
    {
        if (tokens[at].IsSymbol('('))
        {
            _open.Push(at);
        }
        else if (tokens[at].IsSymbol(')'))
        {
            _lastOpened = _open.TryPop(out var opened) ? opened : -1;
        }
    }

    /// <summary>Whether the token just visited, a name, is an alias.</summary>
    public bool IsAlias(int at)
    {
        var before = at > 0 ? tokens[at - 1] : default;
        return before.IsWord("as") || before.IsWord("ordinality") || (before.IsSymbol(')') && _lastOpened > 0 && EndsFromItem(tokens[_lastOpened - 1]));
    }

    /// <summary>
    /// What a parenthesis of a FROM item stands behind. Not so that of DISTINCT ON (...) and of OPERATOR(...), which an expression follows.
    /// </summary>
    private static bool EndsFromItem(PostgresToken before) => before.Kind switch
    {
        PostgresTokenKind.Symbol => before.IsSymbol(',') || before.IsSymbol('('),
        PostgresTokenKind.Word => before.Text is "from" or "join" or "lateral"
            || (PostgresFunctions.IsAllowed(before.Text) && !PostgresFunctions.IsKeyWord(before.Text)),
        _ => false,
    };
}
