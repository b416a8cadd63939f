using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FederatedQuery.Hot.Control;

/// <remarks>Parts: jobs of the kind and table of another, which is over when they are. Processes share them like any jobs.</remarks>
public sealed partial class JobStore
{
    /// <summary>Divides a job, all parts or none.</summary>
    /// <param name="parent">As it was leased.</param>
    /// <param name="arguments">Of each part, as JSON; in the order in which they are best begun.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when the lease is lost or the job was cancelled; there are no parts then.</returns>
    public async Task<bool> AddPartsAsync(Job parent, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await HoldsAsync(transaction, parent, cancellationToken))
        {
            return false;
        }

        var now = time.GetUtcNow().ToUniversalTime();
        await using (var context = ControlDbContext.On(transaction))
        {
            context.Jobs.AddRange(arguments.Select((of, i) => new Job
            {
                Id = Guid.CreateVersion7(now),
                Kind = parent.Kind,
                TableName = parent.TableName,
                Arguments = of,
                State = JobState.Queued,
                // The queue is by time.
                CreatedAt = now.AddMicroseconds(i),
                ParentId = parent.Id,
            }));
            await context.SaveChangesAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Where the parts of a job stand; all zero when it has none.</summary>
    public async Task<JobPartsSummary> SummarizePartsAsync(Guid parentId, CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand(
            """
            SELECT count(*)::int, count(*) FILTER (WHERE state IN ('Queued', 'Running'))::int, count(*) FILTER (WHERE state IN ('Failed', 'Cancelled'))::int,
              count(*) FILTER (WHERE rows > 0)::int, coalesce(sum(rows), 0)::bigint, coalesce(sum(bytes), 0)::bigint
            FROM federated_query.jobs WHERE parent_id = $1
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = parentId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new JobPartsSummary(reader.GetInt32(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetInt32(3), reader.GetInt64(4), reader.GetInt64(5));
    }

    /// <summary>The first part that failed or was cancelled; null: none.</summary>
    public async Task<Job?> FindFailedPartAsync(Guid parentId, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(connections.Owner);
        return await context.Jobs
            .Where(job => job.ParentId == parentId && (job.State == JobState.Failed || job.State == JobState.Cancelled))
            .OrderBy(job => job.CreatedAt)
            .FirstOrDefaultAsync(cancellationToken);
    }
}
