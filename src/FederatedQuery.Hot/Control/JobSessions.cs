using System.Globalization;
using FederatedQuery.Hot.Connections;
using Npgsql;

namespace FederatedQuery.Hot.Control;

/// <summary>
/// Sessions that hold locks for a job carry its id and fence in their name, so that who takes the job over can end those of the former holder: a process that
/// is paused, or a machine that is gone, would keep its locks for hours.
/// </summary>
public static class JobSessions
{
    /// <summary>Names the session until the connection is given back to its pool.</summary>
    /// <param name="connection">Open.</param>
    /// <param name="job">As it was leased.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task MarkAsync(NpgsqlConnection connection, Job job, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT set_config('application_name', $1, false)", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = NameOf(job) });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Ends the sessions of the job's former holders; their transactions are undone.</summary>
    /// <param name="connections">To the server.</param>
    /// <param name="job">As it is leased now.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many there were.</returns>
    public static async Task<long> EndFormerAsync(PostgresConnections connections, Job job, CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand(
            """
            SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE datname = current_database() AND usename = current_user AND starts_with(application_name, $1) AND application_name <> $2
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = PrefixOf(job) });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = NameOf(job) });
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    // At most 63 bytes count.
    private static string NameOf(Job job) => string.Create(CultureInfo.InvariantCulture, $"{PrefixOf(job)}{job.Fence}");

    private static string PrefixOf(Job job) => $"federatedquery job {job.Id:N} ";
}
