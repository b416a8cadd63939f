using System.Globalization;

namespace FederatedQuery.Logs.Search;

/// <summary>
/// The cursor of a record on a page: where the record is, and which batch of records was the newest when the page was read, so that a tail that goes on from there knows what
/// the page could not show.
/// </summary>
internal static class LogPageCursor
{
    /// <summary>In no cursor of a row.</summary>
    private const char Separator = '.';

    public static string Join(string row, long batch) => string.Create(CultureInfo.InvariantCulture, $"{row}{Separator}{batch}");

    /// <returns>The cursor of the row; what has no batch in it is one as it is.</returns>
    public static string? RowOf(string? cursor) => cursor is null ? null : Split(cursor).Row;

    /// <returns>The batch is null where the text has none.</returns>
    public static (string Row, long? Batch) Split(string cursor)
    {
        var at = cursor.LastIndexOf(Separator);
        return at >= 0 && long.TryParse(cursor.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var batch)
            ? (cursor[..at], batch)
            : (cursor, null);
    }
}
