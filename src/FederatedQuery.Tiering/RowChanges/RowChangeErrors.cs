using FederatedQuery.Hot.Sql;
using Npgsql;

namespace FederatedQuery.Tiering.RowChanges;

/// <summary>What PostgreSQL says against a change of rows, in the words of those who asked for it.</summary>
internal static class RowChangeErrors
{
    /// <summary>Others were in the way, and nothing has happened: the same may be done again.</summary>
    public static bool IsPassing(PostgresException error) => error.SqlState
        is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable

        // A partition that was dropped just now.
        or PostgresErrorCodes.UndefinedTable;

    /// <summary>The table has no partition for a row.</summary>
    public static bool IsMissingPartition(PostgresException error) => error is { SqlState: PostgresErrorCodes.CheckViolation, ConstraintName: null };

    /// <returns>Null: it is a failure of the server, or of the program.</returns>
    public static TieringException? TryTranslate(PostgresException error, TableName table) => error.SqlState switch
    {
        ['2', '3', ..] or PostgresErrorCodes.RaiseException => new(TieringErrorKind.ConstraintViolated, Sentence(error, table), error),
        ['2', '2', ..] or "428C9" or PostgresErrorCodes.DatatypeMismatch => new(TieringErrorKind.InvalidArgument, Sentence(error, table), error),
        PostgresErrorCodes.FeatureNotSupported or PostgresErrorCodes.ObjectNotInPrerequisiteState or PostgresErrorCodes.WrongObjectType =>
            new(TieringErrorKind.NotAllowed, Sentence(error, table), error),
        _ => null,
    };

    private static string Sentence(PostgresException error, TableName table)
    {
        // Not its detail, which has values of rows.
        var hint = string.IsNullOrWhiteSpace(error.Hint) ? "" : $" {error.Hint.TrimEnd('.')}.";
        return $"Nothing was changed in table '{table}': {error.MessageText.TrimEnd('.')}.{hint}";
    }
}
