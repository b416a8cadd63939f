using System.Text;

namespace FederatedQuery.Federation.Sql;

/// <summary>Turns DuckDB's offsets into lines and columns: its parser counts characters, its syntax tree bytes of UTF-8.</summary>
internal static class SqlPosition
{
    /// <summary>1-based line and column (in characters) of a byte offset; an offset past the end is the end.</summary>
    public static (int Line, int Column) OfByte(string sql, long offset) => Of(sql, offset, rune => rune.Utf8SequenceLength);

    /// <summary>1-based line and column of a character offset; an offset past the end is the end.</summary>
    public static (int Line, int Column) OfCharacter(string sql, long offset) => Of(sql, offset, _ => 1);

    /// <summary>1-based line and column of an index into the string.</summary>
    public static (int Line, int Column) OfUtf16(string sql, int index) => Of(sql, index, rune => rune.Utf16SequenceLength);

    private static (int Line, int Column) Of(string sql, long offset, Func<Rune, int> width)
    {
        var (line, column, passed) = (1, 1, 0L);
        foreach (var rune in sql.EnumerateRunes())
        {
            if (passed >= offset)
            {
                break;
            }

            passed += width(rune);
            (line, column) = rune == new Rune('\n') ? (line + 1, 1) : (line, column + 1);
        }

        return (line, column);
    }
}
