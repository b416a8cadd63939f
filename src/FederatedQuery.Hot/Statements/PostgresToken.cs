namespace FederatedQuery.Hot.Statements;

internal enum PostgresTokenKind
{
    /// <summary>No token: the place before the first or behind the last.</summary>
    None,

    /// <summary>A name or key word without quotes; <see cref="PostgresToken.Text"/> is in lower case.</summary>
    Word,

    /// <summary>A delimited identifier; <see cref="PostgresToken.Text"/> is without quotes.</summary>
    QuotedName,

    /// <summary>A string, bit string or dollar-quoted constant.</summary>
    Text,

    Number,

    /// <summary><c>$1</c>; <see cref="PostgresToken.Text"/> is <c>1</c>.</summary>
    Parameter,

    /// <summary>Operators and punctuation, one character each.</summary>
    Symbol,
}

/// <summary>A lexical element of PostgreSQL's SQL (manual, section 4.1).</summary>
/// <param name="Start">Index into the statement.</param>
internal readonly record struct PostgresToken(PostgresTokenKind Kind, int Start, int Length, string Text)
{
    public bool IsWord(string word) => Kind == PostgresTokenKind.Word && Text == word;

    public bool IsSymbol(char symbol) => Kind == PostgresTokenKind.Symbol && Text is [var only] && only == symbol;

    /// <summary>A text, or a parameter, which may become one.</summary>
    public bool IsValue => Kind is PostgresTokenKind.Text or PostgresTokenKind.Parameter;

    public bool IsName => Kind is PostgresTokenKind.Word or PostgresTokenKind.QuotedName;
}
