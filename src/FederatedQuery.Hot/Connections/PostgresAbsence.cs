using Npgsql;

namespace FederatedQuery.Hot.Connections;

/// <summary>Tells a PostgreSQL that is away, or lets nobody in, from a failure of what was done with it.</summary>
public static class PostgresAbsence
{
    /// <summary>What to say of a failure, or of what it came from, that is PostgreSQL's absence.</summary>
    /// <returns>A sentence without its end, free of secrets; null: it is another failure.</returns>
    public static string? ReasonOf(Exception error)
    {
        for (Exception? at = error; at is not null; at = at.InnerException)
        {
            switch (at)
            {
                // Class 28, the password was changed perhaps.
                case PostgresException { SqlState: ['2', '8', ..] } refused:
                    return $"PostgreSQL refuses the login: {Line(refused.MessageText)}";

                // Connections (class 08), shutdown, crash and start (57P), too many connections.
                case PostgresException { SqlState: ['0', '8', ..] or ['5', '7', 'P', ..] or PostgresErrorCodes.TooManyConnections } away:
                    return $"PostgreSQL does not answer: {Line(away.MessageText)}";

                // Statements that failed by themselves may be worth another attempt too; that is not absence.
                case PostgresException:
                    break;

                case NpgsqlException { IsTransient: true } broken:
                    return $"PostgreSQL does not answer: {Line(broken.Message)}";
            }
        }

        return null;
    }

    /// <summary>Whether it is that PostgreSQL answers and lets nobody in: another password may be needed.</summary>
    public static bool IsRefusal(Exception error) =>
        error is PostgresException { SqlState: ['2', '8', ..] } || (error.InnerException is { } inner && IsRefusal(inner));

    private static string Line(string message) => message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
}
