namespace FederatedQuery.Hot.Sql;

/// <summary>Values in PostgreSQL's SQL, for statements that take no parameters (COPY, DDL).</summary>
public static partial class SqlLiteral
{
    /// <summary>A string constant that means exactly <paramref name="value"/> whatever <c>standard_conforming_strings</c> says.</summary>
    /// <exception cref="HotException">The text holds U+0000, which no text in PostgreSQL can.</exception>
    public static string Text(string value)
    {
        if (value.Contains('\0', StringComparison.Ordinal))
        {
            throw new HotException(HotErrorKind.Unsupported, "A text in PostgreSQL cannot hold U+0000.");
        }

        var quoted = value.Replace("'", "''", StringComparison.Ordinal);
        return quoted.Contains('\\', StringComparison.Ordinal)
            ? $"E'{quoted.Replace("\\", "\\\\", StringComparison.Ordinal)}'"
            : $"'{quoted}'";
    }
}
