namespace FederatedQuery.DuckDb;

/// <summary>DuckDB refused or failed: its own kind, message and position; <see cref="Exception.InnerException"/> is what a C# function threw, if one did.</summary>
public sealed class DuckDBException : Exception
{
    internal DuckDBException(DuckDBErrorType errorType, string message, int? line = null, int? column = null, Exception? innerException = null)
        : base(message, innerException)
    {
        ErrorType = errorType;
        Line = line;
        Column = column;
    }

    public DuckDBErrorType ErrorType { get; }

    /// <summary>Line of the SQL text, from 1; null when DuckDB names no place.</summary>
    public int? Line { get; }

    /// <summary>Column within the line in characters, from 1; null when DuckDB names no place.</summary>
    public int? Column { get; }
}
