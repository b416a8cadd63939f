using FederatedQuery.Cold.Files.Caching;
using FederatedQuery.DuckDb;
using FederatedQuery.Federation.Reading;
using FederatedQuery.Hot;
using FederatedQuery.Iceberg;
using Npgsql;

namespace FederatedQuery.Federation.Queries;

/// <summary>Says the failures of both engines in one vocabulary, naming the tier. The one place where they are translated.</summary>
public static class FailureTranslation
{
    /// <param name="sql">The statement as written, for places in it; null when the engine saw another text.</param>
    public static FederatedQueryException Translate(Exception error, string? sql) => error switch
    {
        FederatedQueryException known => known,
        // The second time as well: what DuckDB said of it.
        RunAgainException again => DuckDb(again.Failure, sql),
        ColumnsChangedException changed => new(FailureKind.HotTier, changed.Message, changed),
        // A C# table function failed within DuckDB: what it threw says more.
        DuckDBException { InnerException: { } inner } => Translate(inner, null),
        DuckDBException duck => DuckDb(duck, sql),
        PostgresException postgres => Postgres(postgres, sql),
        // As EF Core has it of a connection that broke.
        InvalidOperationException { InnerException: NpgsqlException inner } => Translate(inner, null),
        NpgsqlException broken => new(FailureKind.HotTier, $"The hot tier (PostgreSQL) did not answer: {broken.Message}", broken),
        HotException hot => Hot(hot, sql),
        TimeoutException slow => new(FailureKind.HotTier, $"The hot tier (PostgreSQL) did not answer in time: {slow.Message}", slow),
        IcebergException { Kind: IcebergErrorKind.NotFound or IcebergErrorKind.InvalidExpression } asked => new(FailureKind.BadArgument, asked.Message, asked),
        IcebergException iceberg => new(FailureKind.ColdTier, $"The cold tier (Iceberg) could not be read: {iceberg.Message}", iceberg),
        ObjectStore.ObjectStoreException store => new(FailureKind.ColdTier, $"The cold tier's store could not be read: {store.Message}", store),
        DataFileCacheException { Kind: DataFileCacheErrorKind.TooLarge or DataFileCacheErrorKind.Full } full => new(FailureKind.Overloaded, full.Message, full),
        DataFileCacheException cache => new(FailureKind.ColdTier, $"The cold tier's cache failed: {cache.Message}", cache),
        _ => new(FailureKind.Statement, $"The query failed: {error.Message}", error),
    };

    /// <summary>As <see cref="Translate"/>, for callers whose other failures are their own.</summary>
    /// <returns>Null when the failure is none of the engines'.</returns>
    public static FederatedQueryException? TryTranslate(Exception error) => error
        is FederatedQueryException or ColumnsChangedException or DuckDBException or NpgsqlException or HotException or TimeoutException or IcebergException or ObjectStore.ObjectStoreException or DataFileCacheException
            or InvalidOperationException { InnerException: NpgsqlException }
        ? Translate(error, null)
        : null;

    internal static FederatedQueryException TimedOut(TimeSpan timeout, Exception error) => new(
        FailureKind.Timeout,
        $"The query was interrupted after {timeout.TotalSeconds:0.###} seconds (QUERY_TIMEOUT). Narrow it with a condition on the time column, or aggregate.",
        error);

    private static FederatedQueryException DuckDb(DuckDBException error, string? sql) => error.ErrorType switch
    {
        DuckDBErrorType.IO or DuckDBErrorType.Http => new(FailureKind.ColdTier, $"The cold tier could not be read: {error.Message}", error),
        DuckDBErrorType.OutOfMemory => new(
            FailureKind.Overloaded, $"The query needs more memory than DUCKDB_MEMORY_LIMIT leaves: {FirstLine(error.Message)}", error),
        // DuckDB's line and column are those of the rewritten statement.
        _ => sql is not null && Sql.NamePlace.Find(sql, error.Message) is { } place
            ? FederatedQueryException.At(FailureKind.Statement, FirstLine(error.Message), Sql.SqlPosition.OfUtf16(sql, place), error)
            : new FederatedQueryException(FailureKind.Statement, FirstLine(error.Message), error),
    };

    private static FederatedQueryException Postgres(PostgresException error, string? sql) => error.SqlState switch
    {
        PostgresErrorCodes.QueryCanceled => new(FailureKind.Timeout, "PostgreSQL interrupted the statement (QUERY_TIMEOUT).", error),
        PostgresErrorCodes.LockNotAvailable => new(FailureKind.HotTier, $"A table is locked: {error.MessageText}. Try again.", error),
        // Class 28: the role may not log in, its password was changed perhaps. Nothing that the statement could do about.
        ['0', '8', ..] or ['2', '8', ..] or ['5', '7', 'P', ..] or ['5', '3', ..] => new(FailureKind.HotTier, $"The hot tier (PostgreSQL) failed: {error.MessageText}", error),
        PostgresErrorCodes.SyntaxError => At(FailureKind.Syntax, error, sql),
        PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.ReadOnlySqlTransaction => At(FailureKind.NotAllowed, error, sql),
        PostgresErrorCodes.UndefinedTable => At(FailureKind.UnknownTable, error, sql),
        _ => At(FailureKind.Statement, error, sql),
    };

    private static FederatedQueryException At(FailureKind kind, PostgresException error, string? sql) => sql is not null && error.Position > 0
        ? FederatedQueryException.At(kind, Sentence(error), Sql.SqlPosition.OfCharacter(sql, error.Position - 1), error)
        : new FederatedQueryException(kind, Sentence(error), error);

    private static FederatedQueryException Hot(HotException error, string? sql)
    {
        var kind = error.Kind switch
        {
            HotErrorKind.Syntax => FailureKind.Syntax,
            HotErrorKind.NotAllowed => FailureKind.NotAllowed,
            HotErrorKind.Argument => FailureKind.BadArgument,
            HotErrorKind.NotFound => FailureKind.UnknownTable,
            HotErrorKind.Unsupported or HotErrorKind.Value => FailureKind.Statement,
            _ => FailureKind.HotTier,
        };
        return sql is not null && error.Position is { } position
            ? FederatedQueryException.At(kind, error.Message, Sql.SqlPosition.OfUtf16(sql, position), error)
            : new FederatedQueryException(kind, error.Message, error);
    }

    private static string Sentence(PostgresException error) =>
        $"PostgreSQL: {error.MessageText}." + (string.IsNullOrEmpty(error.Hint) ? "" : $" {error.Hint}");

    /// <summary>Behind the first line DuckDB quotes the statement it saw, which is not the one that was written.</summary>
    private static string FirstLine(string message)
    {
        var end = message.IndexOf("\n\nLINE ", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }
}
