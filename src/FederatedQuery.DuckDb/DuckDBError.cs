using System.Collections.Frozen;

namespace FederatedQuery.DuckDb;

/// <summary>
/// DuckDB's error texts taken apart: <c>Parser Error: message</c>, then, when it knows the place, a line <c>LINE 1: sql</c> and under it a
/// caret. Most calls of the C API give only this text.
/// </summary>
internal static class DuckDBError
{
    private const string LineMark = "\nLINE ";
    private const string Ellipsis = "...";

    private static readonly FrozenDictionary<string, DuckDBErrorType> Prefixes = new Dictionary<string, DuckDBErrorType>
    {
        ["Invalid Error"] = DuckDBErrorType.Invalid,
        ["Out of Range Error"] = DuckDBErrorType.OutOfRange,
        ["Conversion Error"] = DuckDBErrorType.Conversion,
        ["Unknown Type Error"] = DuckDBErrorType.UnknownType,
        ["Decimal Error"] = DuckDBErrorType.Decimal,
        ["Mismatch Type Error"] = DuckDBErrorType.MismatchType,
        ["Divide by Zero Error"] = DuckDBErrorType.DivideByZero,
        ["Object Size Error"] = DuckDBErrorType.ObjectSize,
        ["Invalid type Error"] = DuckDBErrorType.InvalidType,
        ["Serialization Error"] = DuckDBErrorType.Serialization,
        ["TransactionContext Error"] = DuckDBErrorType.Transaction,
        ["Not implemented Error"] = DuckDBErrorType.NotImplemented,
        ["Expression Error"] = DuckDBErrorType.Expression,
        ["Catalog Error"] = DuckDBErrorType.Catalog,
        ["Parser Error"] = DuckDBErrorType.Parser,
        ["Planner Error"] = DuckDBErrorType.Planner,
        ["Scheduler Error"] = DuckDBErrorType.Scheduler,
        ["Executor Error"] = DuckDBErrorType.Executor,
        ["Constraint Error"] = DuckDBErrorType.Constraint,
        ["Index Error"] = DuckDBErrorType.Index,
        ["Stat Error"] = DuckDBErrorType.Statistics,
        ["Connection Error"] = DuckDBErrorType.Connection,
        ["Syntax Error"] = DuckDBErrorType.Syntax,
        ["Settings Error"] = DuckDBErrorType.Settings,
        ["Binder Error"] = DuckDBErrorType.Binder,
        ["Network Error"] = DuckDBErrorType.Network,
        ["Optimizer Error"] = DuckDBErrorType.Optimizer,
        ["NullPointer Error"] = DuckDBErrorType.NullPointer,
        ["IO Error"] = DuckDBErrorType.IO,
        ["INTERRUPT Error"] = DuckDBErrorType.Interrupt,
        ["FATAL Error"] = DuckDBErrorType.Fatal,
        ["INTERNAL Error"] = DuckDBErrorType.Internal,
        ["Invalid Input Error"] = DuckDBErrorType.InvalidInput,
        ["Out of Memory Error"] = DuckDBErrorType.OutOfMemory,
        ["Permission Error"] = DuckDBErrorType.Permission,
        ["Parameter Not Resolved Error"] = DuckDBErrorType.ParameterNotResolved,
        ["Parameter Not Allowed Error"] = DuckDBErrorType.ParameterNotAllowed,
        ["Dependency Error"] = DuckDBErrorType.Dependency,
        ["HTTP Error"] = DuckDBErrorType.Http,
        ["Missing Extension Error"] = DuckDBErrorType.MissingExtension,
        ["Extension Autoloading Error"] = DuckDBErrorType.Autoload,
        ["Sequence Error"] = DuckDBErrorType.Sequence,
        ["Invalid Configuration Error"] = DuckDBErrorType.InvalidConfiguration,
    }.ToFrozenDictionary();

    /// <param name="message">DuckDB's text; null when it gave none.</param>
    /// <param name="sql">The statement the text speaks of, to find the column where DuckDB shows only part of a long line.</param>
    /// <param name="errorType">Its kind where the API gives it, else it is read from the text.</param>
    public static DuckDBException ToException(string? message, string? sql, DuckDBErrorType? errorType = null, Exception? inner = null)
    {
        message ??= "DuckDB failed and gave no message.";
        var (line, column) = Position(message, sql);
        return new DuckDBException(errorType is null or DuckDBErrorType.Invalid ? TypeOf(message) : errorType.Value, message, line, column, inner);
    }

    public static DuckDBErrorType TypeOf(string? message)
    {
        var colon = message?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        return colon > 0 && Prefixes.TryGetValue(message![..colon], out var type) ? type : DuckDBErrorType.Invalid;
    }

    private static (int? Line, int? Column) Position(string message, string? sql)
    {
        var mark = message.LastIndexOf(LineMark, StringComparison.Ordinal);
        if (mark < 0)
        {
            return (null, null);
        }

        var rows = message[(mark + 1)..].Split('\n');
        var colon = rows[0].IndexOf(": ", StringComparison.Ordinal);
        if (rows.Length < 2 || colon < 0 || !int.TryParse(rows[0].AsSpan(LineMark.Length - 1, colon - LineMark.Length + 1), out var line))
        {
            return (null, null);
        }

        var caret = rows[1].IndexOf('^', StringComparison.Ordinal) - (colon + 2);
        return caret < 0 ? (line, null) : (line, caret + 1 + CutOff(rows[0][(colon + 2)..], line, sql));
    }

    /// <summary>DuckDB shows at most some 80 characters of a line and marks what it left out: how many characters were, less the mark.</summary>
    private static int CutOff(string shown, int line, string? sql)
    {
        var whole = sql?.Split('\n').ElementAtOrDefault(line - 1);
        if (whole is null || !shown.StartsWith(Ellipsis, StringComparison.Ordinal))
        {
            return 0;
        }

        var part = shown[Ellipsis.Length..];
        var found = whole.IndexOf(part.EndsWith(Ellipsis, StringComparison.Ordinal) ? part[..^Ellipsis.Length] : part, StringComparison.Ordinal);
        return found < 0 ? 0 : found - Ellipsis.Length;
    }
}
