using FederatedQuery.Hot.Connections;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FederatedQuery.Hot.Control;

/// <summary>
/// Background work shared by all processes: a process leases a job, renews the lease while it works, and finishes it. Leases are timed by
/// the database's clock, so that the processes' clocks need not agree.
/// </summary>
public sealed class JobStore(PostgresConnections connections, TimeProvider time)
{
    /// <summary>Puts a job into the queue. <paramref name="arguments"/> is JSON.</summary>
    public async Task<Job> AddAsync(string kind, string? tableName, string? arguments, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUniversalTime();
        var job = new Job
        {
            Id = Guid.CreateVersion7(now),
            Kind = kind,
            TableName = tableName,
            Arguments = arguments,
            State = JobState.Queued,
            CreatedAt = now,
        };
        await using var context = ControlDbContext.On(connections.Owner);
        context.Jobs.Add(job);
        await context.SaveChangesAsync(cancellationToken);
        return job;
    }

    /// <summary>Takes the oldest job of these kinds that is queued, or whose process has let its lease lapse.</summary>
    /// <returns>The job, now running and leased to <paramref name="owner"/>; null when there is none.</returns>
    public async Task<Job?> TryLeaseAsync(
        string owner, IReadOnlyCollection<string> kinds, TimeSpan lease, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(connections.Owner);
        var leased = await context.Jobs.FromSql(
            $"""
            UPDATE federated_query.jobs SET state = 'Running', lease_owner = {owner}, lease_expires_at = clock_timestamp() + {lease}, fence = fence + 1,
              started_at = coalesce(started_at, clock_timestamp())
            WHERE id = (
              SELECT id FROM federated_query.jobs
              WHERE kind = ANY({kinds.ToArray()}) AND (state = 'Queued' OR (state = 'Running' AND lease_expires_at < clock_timestamp()))
              ORDER BY created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING *
            """).ToListAsync(cancellationToken);
        return leased.SingleOrDefault();
    }

    /// <summary>Takes a job that was just added, without waiting for its turn.</summary>
    /// <returns>False when another process has it, or it is over.</returns>
    public async Task<bool> TryLeaseAsync(Guid id, string owner, TimeSpan lease, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(connections.Owner);
        return await context.Database.ExecuteSqlAsync(
            $"""
            UPDATE federated_query.jobs SET state = 'Running', lease_owner = {owner}, lease_expires_at = clock_timestamp() + {lease}, fence = fence + 1,
              started_at = coalesce(started_at, clock_timestamp())
            WHERE id = (
              SELECT id FROM federated_query.jobs
              WHERE id = {id} AND (state = 'Queued' OR (state = 'Running' AND lease_expires_at < clock_timestamp())) FOR UPDATE SKIP LOCKED)
            """,
            cancellationToken) == 1;
    }

    /// <summary>
    /// Whether this lease of the job still holds; if so, nobody else can take or cancel the job before the transaction has ended. Ask it in the transaction that
    /// commits the job's work.
    /// </summary>
    /// <param name="transaction">What it commits belongs to the holder of the lease alone.</param>
    /// <param name="job">As it was leased.</param>
    public static async Task<bool> HoldsAsync(NpgsqlTransaction transaction, Job job, CancellationToken cancellationToken)
    {
        // Renewals do not wait for this lock; taking and cancelling lock the row FOR UPDATE, which does.
        await using var command = new NpgsqlCommand(
            "SELECT fence FROM federated_query.jobs WHERE id = $1 AND fence = $2 AND state = 'Running' FOR KEY SHARE", transaction.Connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = job.Id });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = job.Fence });
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    /// <summary>Notes progress and prolongs the lease.</summary>
    /// <returns>False when the lease is lost or the job was cancelled: stop working.</returns>
    public async Task<bool> RenewAsync(
        Guid id, string owner, TimeSpan lease, double progress, string message, long rows, long bytes, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(connections.Owner);
        return await context.Database.ExecuteSqlAsync(
            $"""
            UPDATE federated_query.jobs SET lease_expires_at = clock_timestamp() + {lease}, progress = {progress}, message = {message}, rows = {rows}, bytes = {bytes}
            WHERE id = {id} AND state = 'Running' AND lease_owner = {owner}
            """,
            cancellationToken) == 1;
    }

    /// <summary>Ends a job that this owner has leased. A succeeded job's progress becomes 1.</summary>
    /// <returns>False when the lease is lost: another process ends it.</returns>
    public async Task<bool> FinishAsync(
        Guid id, string owner, JobState state, string message, long rows, long bytes, CancellationToken cancellationToken)
    {
        if (state is JobState.Queued or JobState.Running)
        {
            throw new ArgumentOutOfRangeException(nameof(state), state, "A job ends as succeeded, failed or cancelled.");
        }

        var name = state.ToString();
        await using var context = ControlDbContext.On(connections.Owner);
        return await context.Database.ExecuteSqlAsync(
            $"""
            UPDATE federated_query.jobs SET state = {name}, message = {message}, rows = {rows}, bytes = {bytes}, finished_at = clock_timestamp(),
              progress = CASE WHEN {name} = 'Succeeded' THEN 1 ELSE progress END, lease_owner = NULL, lease_expires_at = NULL
            WHERE id = {id} AND state = 'Running' AND lease_owner = {owner}
            """,
            cancellationToken) == 1;
    }

    /// <summary>Cancels a job that is not over; a process at work on it notices at its next renewal.</summary>
    /// <returns>False when there is no such job, or it is over.</returns>
    public async Task<bool> CancelAsync(Guid id, string message, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(connections.Owner);
        return await context.Database.ExecuteSqlAsync(
            $"""
            UPDATE federated_query.jobs SET state = 'Cancelled', message = {message}, finished_at = clock_timestamp(), lease_owner = NULL, lease_expires_at = NULL
            WHERE id = (SELECT id FROM federated_query.jobs WHERE id = {id} AND state IN ('Queued', 'Running') FOR UPDATE)
            """,
            cancellationToken) == 1;
    }

    /// <returns>Null when there is no such job.</returns>
    public async Task<Job?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(connections.Owner);
        return await context.Jobs.SingleOrDefaultAsync(job => job.Id == id, cancellationToken);
    }

    /// <summary>
    /// Jobs that are not over, those of the newest that ended within a time, and those with these ids whatever their state; in no order.
    /// </summary>
    /// <param name="most">How many that are not over (the oldest), and how many of the newest are looked at.</param>
    public async Task<IReadOnlyList<Job>> ListOpenAsync(IReadOnlyCollection<Guid> ids, TimeSpan endedWithin, int most, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(connections.Owner);
        // Each part goes by an index: this is asked often.
        return await context.Jobs.FromSql(
            $"""
            SELECT * FROM federated_query.jobs WHERE id IN (
              SELECT unnest({ids.ToArray()})
              UNION (SELECT id FROM federated_query.jobs WHERE state IN ('Queued', 'Running') ORDER BY created_at, id LIMIT {most})
              UNION (SELECT id FROM (SELECT id, finished_at FROM federated_query.jobs ORDER BY created_at DESC LIMIT {most}) AS newest
                     WHERE finished_at > clock_timestamp() - {endedWithin}))
            """).AsNoTracking().ToListAsync(cancellationToken);
    }

    /// <summary>The newest jobs, newest first.</summary>
    public async Task<IReadOnlyList<Job>> ListAsync(int first, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(connections.Owner);
        return await context.Jobs.OrderByDescending(job => job.CreatedAt).ThenByDescending(job => job.Id).Take(first).ToListAsync(cancellationToken);
    }
}
