namespace FederatedQuery.Hot.Sql;

/// <summary>Names in PostgreSQL's SQL.</summary>
public static class SqlIdentifier
{
    /// <summary>A delimited identifier that means exactly <paramref name="name"/>, whatever it holds.</summary>
    /// <exception cref="HotException">The name is empty or holds U+0000, which PostgreSQL has no way to write.</exception>
    public static string Quote(string name) =>
        name.Length == 0 || name.Contains('\0', StringComparison.Ordinal)
            ? throw new HotException(HotErrorKind.Unsupported, $"'{name.Replace('\0', '?')}' cannot be a name in PostgreSQL: it is empty or holds U+0000.")
            : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
