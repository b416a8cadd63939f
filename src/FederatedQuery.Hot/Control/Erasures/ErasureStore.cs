using FederatedQuery.Hot.Connections;
using FederatedQuery.Iceberg.Catalogs;
using Npgsql;

namespace FederatedQuery.Hot.Control.Erasures;

/// <summary>What erasures have done so far, and the files they took rows from, which nobody may keep copies of. Timed by the database's clock.</summary>
public sealed class ErasureStore(PostgresConnections connections)
{
    private const int FilesPerStatement = 1_000;

    /// <summary>Adds a step; of the transaction that it is a step of.</summary>
    /// <param name="partition">That hot rows went from, as PostgreSQL's SQL names it; null: none.</param>
    public static async Task AddStepAsync(
        NpgsqlTransaction transaction, Guid jobId, string? partition, ErasureFigures step, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO federated_query.erasure_steps (job_id, partition, hot_rows, cold_rows, files_removed, files_written, snapshots) VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            transaction.Connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = jobId });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)partition ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        foreach (var figure in new[] { step.HotRows, step.ColdRows, step.FilesRemoved, step.FilesWritten, step.Snapshots })
        {
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = figure });
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>All steps together, whichever process took them, and the partitions that hot rows went from.</summary>
    public async Task<(ErasureFigures Figures, IReadOnlyList<string> Partitions)> SumAsync(Guid jobId, CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand(
            """
            SELECT coalesce(sum(hot_rows), 0)::bigint, coalesce(sum(cold_rows), 0)::bigint, coalesce(sum(files_removed), 0)::bigint,
              coalesce(sum(files_written), 0)::bigint, coalesce(sum(snapshots), 0)::bigint, coalesce(array_agg(DISTINCT partition) FILTER (WHERE partition IS NOT NULL), '{}')
            FROM federated_query.erasure_steps WHERE job_id = $1
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = jobId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (
            new ErasureFigures(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4)),
            reader.GetFieldValue<string[]>(5));
    }

    /// <summary>Records files that rows are about to be taken from, or that tell of such rows. Before they leave the table: a crash must not lose them from sight.</summary>
    public async Task AddFilesAsync(
        Guid jobId, TableIdentifier table, IEnumerable<(string Location, long? SizeBytes)> files, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        foreach (var several in files.DistinctBy(file => file.Location).Chunk(FilesPerStatement))
        {
            await using var command = new NpgsqlCommand(
                """
                INSERT INTO federated_query.erased_files (job_id, namespace, table_name, location, size_bytes)
                SELECT $1, $2, $3, location, size FROM unnest($4::text[], $5::bigint[]) AS files (location, size) ON CONFLICT (job_id, location) DO NOTHING
                """,
                connection);
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = jobId });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = table.Namespace });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = table.Name });
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. several.Select(file => file.Location)] });
            command.Parameters.Add(new NpgsqlParameter<long?[]> { TypedValue = [.. several.Select(file => file.SizeBytes)] });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>The files of one erasure.</summary>
    public async Task<IReadOnlyList<(string Location, long? SizeBytes)>> ListFilesAsync(Guid jobId, CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand("SELECT location, size_bytes FROM federated_query.erased_files WHERE job_id = $1 ORDER BY id");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = jobId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var files = new List<(string, long?)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            files.Add((reader.GetString(0), await reader.IsDBNullAsync(1, cancellationToken) ? null : reader.GetInt64(1)));
        }

        return files;
    }

    /// <summary>The files of all erasures of a time past.</summary>
    public async Task<IReadOnlyList<string>> ListFilesAsync(TimeSpan since, int most, CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand(
            "SELECT location FROM federated_query.erased_files WHERE erased_at > clock_timestamp() - $1 ORDER BY erased_at DESC LIMIT $2");
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = since });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var files = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            files.Add(reader.GetString(0));
        }

        return files;
    }

    /// <summary>Forgets the files of erasures that are long over.</summary>
    public async Task RemoveFilesAsync(TimeSpan before, CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand("DELETE FROM federated_query.erased_files WHERE erased_at < clock_timestamp() - $1");
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = before });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
