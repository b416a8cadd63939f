using System.Globalization;
using FederatedQuery.Hot.Connections;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FederatedQuery.Hot.Control;

/// <remarks>Leases: who works on a job, and until when.</remarks>
public sealed partial class JobStore
{
    /// <summary>Takes the oldest job of these kinds that is queued and not put off, or whose process has let its lease lapse.</summary>
    /// <returns>The job, now running and leased to <paramref name="owner"/>; null when there is none.</returns>
    public Task<Job?> TryLeaseAsync(string owner, IReadOnlyCollection<string> kinds, TimeSpan lease, CancellationToken cancellationToken) =>
        TryLeaseAsync(new LeaseRequest { Owner = owner, Kinds = kinds.ToDictionary(kind => kind, _ => (string?)null), Lease = lease }, cancellationToken);

    /// <summary>Takes the oldest job asked for that is queued and not put off, or whose process has let its lease lapse, and that no running job excludes.</summary>
    /// <returns>The job, now running and leased; null when there is none.</returns>
    public async Task<Job?> TryLeaseAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        string[] kinds = [.. request.Kinds.Keys];
        string?[] groups = [.. request.Kinds.Values];
        await using var context = ControlDbContext.On(connections.Owner);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        // One at a time: of two that exclude each other, the second must see the first one running.
        await LockAsync(context, cancellationToken);
        var leased = await context.Jobs.FromSql(
            $"""
            UPDATE federated_query.jobs SET state = 'Running', lease_owner = {request.Owner}, lease_expires_at = clock_timestamp() + {request.Lease},
              fence = fence + 1, takeovers = takeovers + CASE WHEN state = 'Running' THEN 1 ELSE 0 END, started_at = coalesce(started_at, clock_timestamp())
            WHERE id = (
              SELECT job.id FROM federated_query.jobs AS job JOIN unnest({kinds}, {groups}) AS known (kind, exclusive) ON known.kind = job.kind
              WHERE ((job.state = 'Queued' AND (job.not_before IS NULL OR job.not_before <= clock_timestamp())) OR (job.state = 'Running' AND job.lease_expires_at < clock_timestamp()))
                AND ({request.ParentId}::uuid IS NULL OR job.parent_id = {request.ParentId}::uuid)
                AND NOT EXISTS (
                  SELECT FROM federated_query.jobs AS other JOIN unnest({kinds}, {groups}) AS rival (kind, exclusive) ON rival.kind = other.kind
                  WHERE rival.exclusive = known.exclusive AND other.table_name = job.table_name AND other.state = 'Running'
                    AND coalesce(other.parent_id, other.id) <> coalesce(job.parent_id, job.id))
              ORDER BY job.created_at, job.id LIMIT 1 FOR UPDATE OF job SKIP LOCKED)
            RETURNING *
            """).ToListAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return leased.SingleOrDefault();
    }

    /// <summary>
    /// Whether this lease of the job still holds; if so, nobody else can take or cancel the job before the transaction has ended. Ask it in the transaction that
    /// commits the job's work.
    /// </summary>
    /// <param name="transaction">What it commits belongs to the holder of the lease alone.</param>
    /// <param name="job">As it was leased.</param>
    /// <param name="cancellationToken">Gives up.</param>
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
    /// <param name="job">As it was leased.</param>
    /// <returns>False when the lease is lost or the job was cancelled: stop working.</returns>
    public async Task<bool> RenewAsync(
        Job job, TimeSpan lease, double progress, string message, long rows, long bytes, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(connections.Owner);
        return await context.Database.ExecuteSqlAsync(
            $"""
            UPDATE federated_query.jobs SET lease_expires_at = clock_timestamp() + {lease}, progress = {progress}, message = {message}, rows = {rows}, bytes = {bytes}
            WHERE id = {job.Id} AND state = 'Running' AND fence = {job.Fence}
            """,
            cancellationToken) == 1;
    }

    /// <summary>Ends a job. A succeeded job's progress becomes 1.</summary>
    /// <param name="job">As it was leased.</param>
    /// <returns>False when the lease is lost or the job was cancelled: how it ended is not this holder's to say.</returns>
    public async Task<bool> FinishAsync(
        Job job, JobState state, string message, long rows, long bytes, CancellationToken cancellationToken)
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
            WHERE id = {job.Id} AND state = 'Running' AND fence = {job.Fence}
            """,
            cancellationToken) == 1;
    }

    /// <summary>Puts a job back into the queue, for any process to take up again at once.</summary>
    /// <param name="job">As it was leased.</param>
    /// <returns>False when the lease is lost or the job was cancelled.</returns>
    public async Task<bool> ReleaseAsync(Job job, string message, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(connections.Owner);
        return await context.Database.ExecuteSqlAsync(
            $"""
            UPDATE federated_query.jobs SET state = 'Queued', message = {message}, lease_owner = NULL, lease_expires_at = NULL
            WHERE id = {job.Id} AND state = 'Running' AND fence = {job.Fence}
            """,
            cancellationToken) == 1;
    }

    /// <summary>Puts a job back into the queue, from where nobody takes it for a while. What it has done so far stays shown.</summary>
    /// <param name="job">As it was leased.</param>
    /// <param name="pause">From now on, by the database's clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when the lease is lost or the job was cancelled.</returns>
    public async Task<bool> DeferAsync(Job job, TimeSpan pause, string message, long rows, long bytes, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(connections.Owner);
        return await context.Database.ExecuteSqlAsync(
            $"""
            UPDATE federated_query.jobs SET state = 'Queued', message = {message}, rows = {rows}, bytes = {bytes}, lease_owner = NULL, lease_expires_at = NULL,
              deferrals = deferrals + 1, not_before = clock_timestamp() + {pause}
            WHERE id = {job.Id} AND state = 'Running' AND fence = {job.Fence}
            """,
            cancellationToken) == 1;
    }

    /// <inheritdoc cref="JobSessions.EndFormerAsync"/>
    public Task<long> EndFormerSessionsAsync(Job job, CancellationToken cancellationToken) => JobSessions.EndFormerAsync(connections, job, cancellationToken);

    /// <summary>Until the transaction ends.</summary>
    private static Task LockAsync(ControlDbContext context, CancellationToken cancellationToken) => context.Database.ExecuteSqlRawAsync(
        string.Create(CultureInfo.InvariantCulture, $"SELECT pg_advisory_xact_lock({AdvisoryLock.Jobs})"), cancellationToken);
}
