using System.Collections.Immutable;

namespace FederatedQuery.Federation;

/// <summary>What kind of failure a query met; the GraphQL layer turns it into <c>extensions.code</c>.</summary>
public enum FailureKind
{
    /// <summary>The text is not a statement of the dialect.</summary>
    Syntax,

    /// <summary>The statement is valid but may not be run here: not a SELECT, a refused function, a file.</summary>
    NotAllowed,

    /// <summary>It names a table that is not registered.</summary>
    UnknownTable,

    /// <summary>An argument beside the statement is wrong: a parameter, a limit.</summary>
    BadArgument,

    /// <summary>An engine refused the statement: unknown column, wrong types, division by zero.</summary>
    Statement,

    /// <summary>QUERY_TIMEOUT passed.</summary>
    Timeout,

    /// <summary>PostgreSQL did not answer, or answered with a failure of its own.</summary>
    HotTier,

    /// <summary>The catalog, the object store or a data file could not be read.</summary>
    ColdTier,

    /// <summary>Too many queries wait for the same resources.</summary>
    Overloaded,

    /// <summary>It would read more of cold files than one query may; it was not run.</summary>
    ColdBytesExceeded,

    /// <summary>It would read more of cold files than its caller has left of a day's budget; it was not run.</summary>
    ColdBudgetSpent,
}

/// <summary>
/// A query that could not be answered. The message is a full sentence meant for the person who wrote the query: what was attempted, the
/// offending value, the way out.
/// </summary>
public sealed class FederatedQueryException(FailureKind kind, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    public FailureKind Kind { get; } = kind;

    /// <summary>1-based line in the statement, when the failure has a place in it.</summary>
    public int? Line { get; init; }

    /// <summary>1-based column, counted in characters.</summary>
    public int? Column { get; init; }

    /// <summary>Figures of the failure by name, for programs; JSON-like values.</summary>
    public IReadOnlyDictionary<string, object?> Details { get; init; } = ImmutableDictionary<string, object?>.Empty;

    /// <summary>A failure at a place in the statement, which the message then names.</summary>
    public static FederatedQueryException At(FailureKind kind, string message, (int Line, int Column) place, Exception? innerException = null) =>
        new(kind, $"{message} (line {place.Line}, column {place.Column})", innerException) { Line = place.Line, Column = place.Column };
}
