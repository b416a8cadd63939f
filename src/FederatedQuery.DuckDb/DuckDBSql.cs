using System.Text;

namespace FederatedQuery.DuckDb;

/// <summary>Names and texts as DuckDB's SQL quotes them. The only place that puts quotes around either.</summary>
public static class DuckDBSql
{
    /// <summary>A name in double quotes, with those inside doubled.</summary>
    /// <exception cref="ArgumentException">The name is empty or holds U+0000: DuckDB has no such names.</exception>
    public static string QuoteIdentifier(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Contains('\0'))
        {
            throw new ArgumentException("A name in DuckDB's SQL cannot hold the character U+0000.", nameof(name));
        }

        return $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>
    /// A text in single quotes, with those inside doubled; backslashes have no meaning in it. One that holds U+0000, which a statement
    /// cannot, becomes a constant expression in parentheses.
    /// </summary>
    public static string QuoteLiteral(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var quoted = $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
        return text.Contains('\0') ? $"({quoted.Replace("\0", "' || chr(0) || '", StringComparison.Ordinal)})" : quoted;
    }

    /// <summary>
    /// A path that stands for the file of that very name. DuckDB takes paths for patterns: <c>a*.parquet</c> would be all files whose names begin with a, and
    /// <c>a[1].parquet</c> the file <c>a1.parquet</c>.
    /// </summary>
    public static string EscapeGlob(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.AsSpan().IndexOfAny('*', '?', '[') < 0)
        {
            return path;
        }

        var escaped = new StringBuilder(path.Length + 16);
        foreach (var character in path)
        {
            _ = character is '*' or '?' or '[' ? escaped.Append('[').Append(character).Append(']') : escaped.Append(character);
        }

        return escaped.ToString();
    }
}
