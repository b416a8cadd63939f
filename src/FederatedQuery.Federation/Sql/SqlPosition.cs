using System.Text;

namespace FederatedQuery.Federation.Sql;

/// <summary>Turns DuckDB's byte offsets into lines and columns.</summary>
internal static class SqlPosition
{
    /// <summary>1-based line and column (in characters) of a UTF-8 byte offset; an offset past the end is the end.</summary>
    public static (int Line, int Column) Of(string sql, long byteOffset)
    {
        var (line, column, bytes) = (1, 1, 0L);
        foreach (var rune in sql.EnumerateRunes())
        {
            if (bytes >= byteOffset)
            {
                break;
            }

            bytes += rune.Utf8SequenceLength;
            (line, column) = rune == new Rune('\n') ? (line + 1, 1) : (line, column + 1);
        }

        return (line, column);
    }
}
