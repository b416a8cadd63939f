using FederatedQuery.Hot.Connections;
using Microsoft.EntityFrameworkCore;

namespace FederatedQuery.Hot.Control;

/// <summary>
/// Background work shared by all processes: a process leases a job, renews the lease while it works, and finishes it. Leases are timed by
/// the database's clock, so that the processes' clocks need not agree.
/// </summary>
public sealed partial class JobStore(PostgresConnections connections, TimeProvider time)
{
    /// <summary>Puts a job into the queue. <paramref name="arguments"/> is JSON.</summary>
    public async Task<Job> AddAsync(string kind, string? tableName, string? arguments, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(connections.Owner);
        return await AddAsync(context, kind, tableName, arguments, cancellationToken);
    }

    /// <summary>Puts a job into the queue, unless one of the same kind, table and arguments is open.</summary>
    /// <param name="kind">What is done.</param>
    /// <param name="tableName">The table it is done to.</param>
    /// <param name="arguments">JSON, or null.</param>
    /// <param name="joinsRunning">Whether a running one will do; false: only one that has not begun.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The open job, or the new one.</returns>
    public async Task<Job> AddOrFindAsync(string kind, string tableName, string? arguments, bool joinsRunning, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(connections.Owner);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await LockAsync(context, cancellationToken);
        var job = await FindOpenAsync(context, kind, tableName, arguments, joinsRunning, cancellationToken)
            ?? await AddAsync(context, kind, tableName, arguments, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return job;
    }

    /// <summary>Cancels a job that is not over, and its parts; a process at work on one notices at its next renewal.</summary>
    /// <returns>The ids of those cancelled; none when there is no such job, or it is over.</returns>
    public async Task<IReadOnlyList<Guid>> CancelAsync(Guid id, string message, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(connections.Owner);
        var cancelled = await context.Jobs.FromSql(
            $"""
            UPDATE federated_query.jobs SET state = 'Cancelled', message = {message}, finished_at = clock_timestamp(), lease_owner = NULL, lease_expires_at = NULL
            WHERE id = ANY(ARRAY(
              SELECT id FROM federated_query.jobs WHERE (id = {id} OR parent_id = {id}) AND state IN ('Queued', 'Running') ORDER BY id FOR UPDATE))
            RETURNING *
            """).ToListAsync(cancellationToken);
        return [.. cancelled.Select(job => job.Id)];
    }

    /// <summary>Puts a job that failed or was cancelled back into the queue, with those of its parts that did.</summary>
    /// <returns>
    /// The job as it is queued, or the open one of the same kind, table and arguments that does its work already; null when there is no such job, or it
    /// neither failed nor was cancelled.
    /// </returns>
    public async Task<Job?> ResumeAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(connections.Owner);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await LockAsync(context, cancellationToken);
        if (await context.Jobs.SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { State: JobState.Failed or JobState.Cancelled } job)
        {
            return null;
        }

        if (job is { TableName: { } table, ParentId: null } && await FindOpenAsync(context, job.Kind, table, job.Arguments, true, cancellationToken) is { } same)
        {
            return same;
        }

        var queued = await context.Jobs.FromSql(
            $"""
            UPDATE federated_query.jobs SET state = 'Queued', message = 'Resumed by request.', finished_at = NULL, takeovers = 0, deferrals = 0, not_before = NULL
            WHERE (id = {id} OR parent_id = {id}) AND state IN ('Failed', 'Cancelled')
            RETURNING *
            """).ToListAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return queued.Single(row => row.Id == id);
    }

    /// <returns>Null when there is no such job.</returns>
    public async Task<Job?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(connections.Owner);
        return await context.Jobs.SingleOrDefaultAsync(job => job.Id == id, cancellationToken);
    }

    /// <summary>Whether a job of this kind is queued or running for the table, whatever its arguments.</summary>
    public async Task<bool> IsOpenAsync(string kind, string tableName, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(connections.Owner);
        return await context.Jobs.AnyAsync(
            job => job.Kind == kind && job.TableName == tableName && (job.State == JobState.Queued || job.State == JobState.Running), cancellationToken);
    }

    /// <summary>
    /// Jobs that are not over, those of the newest that ended within a time, and those with these ids whatever their state; in no order. Parts of
    /// others only by id.
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
              UNION (SELECT id FROM federated_query.jobs WHERE state IN ('Queued', 'Running') AND parent_id IS NULL ORDER BY created_at, id LIMIT {most})
              UNION (SELECT id FROM (SELECT id, finished_at FROM federated_query.jobs WHERE parent_id IS NULL ORDER BY created_at DESC LIMIT {most}) AS newest
                     WHERE finished_at > clock_timestamp() - {endedWithin}))
            """).AsNoTracking().ToListAsync(cancellationToken);
    }

    /// <summary>The newest jobs, newest first, without those that are parts of others.</summary>
    public async Task<IReadOnlyList<Job>> ListAsync(int first, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(connections.Owner);
        return await context.Jobs.Where(job => job.ParentId == null)
            .OrderByDescending(job => job.CreatedAt).ThenByDescending(job => job.Id).Take(first).ToListAsync(cancellationToken);
    }

    /// <summary>Removes jobs that ended longer ago than a time, with their parts.</summary>
    /// <param name="age">Since they ended.</param>
    /// <param name="most">How many at the most, the oldest first; parts not counted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many were removed, parts included.</returns>
    public async Task<int> RemoveEndedAsync(TimeSpan age, int most, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(connections.Owner);
        return await context.Database.ExecuteSqlAsync(
            $"""
            WITH ended AS (
              SELECT id FROM federated_query.jobs
              WHERE parent_id IS NULL AND state IN ('Succeeded', 'Failed', 'Cancelled') AND finished_at < clock_timestamp() - {age}
              ORDER BY created_at LIMIT {most})
            DELETE FROM federated_query.jobs AS job USING ended WHERE job.id = ended.id OR job.parent_id = ended.id
            """,
            cancellationToken);
    }

    /// <summary>Ends as failed what no process has taken for a time and this one cannot do: a kind of job that a later version no longer has, for instance.</summary>
    /// <param name="kinds">Those that this process can do.</param>
    /// <param name="age">Since the job was queued, or its lease ran out.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<int> FailUnknownAsync(IReadOnlyCollection<string> kinds, TimeSpan age, CancellationToken cancellationToken)
    {
        await using var context = ControlDbContext.On(connections.Owner);
        return await context.Database.ExecuteSqlAsync(
            $"""
            UPDATE federated_query.jobs SET state = 'Failed', finished_at = clock_timestamp(), lease_owner = NULL, lease_expires_at = NULL,
              message = 'No gateway that runs knows this kind of job.'
            WHERE kind <> ALL({kinds.ToArray()}) AND state IN ('Queued', 'Running') AND coalesce(lease_expires_at, created_at) < clock_timestamp() - {age}
            """,
            cancellationToken);
    }

    private async Task<Job> AddAsync(ControlDbContext context, string kind, string? tableName, string? arguments, CancellationToken cancellationToken)
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
        context.Jobs.Add(job);
        await context.SaveChangesAsync(cancellationToken);
        return job;
    }

    private static Task<Job?> FindOpenAsync(
        ControlDbContext context, string kind, string tableName, string? arguments, bool joinsRunning, CancellationToken cancellationToken) => context.Jobs.FromSql(
        $"""
        SELECT * FROM federated_query.jobs
        WHERE kind = {kind} AND table_name = {tableName} AND arguments IS NOT DISTINCT FROM {arguments}::jsonb AND parent_id IS NULL
          AND (state = 'Queued' OR (state = 'Running' AND {joinsRunning}))
        ORDER BY created_at LIMIT 1
        """).AsNoTracking().SingleOrDefaultAsync(cancellationToken);
}
