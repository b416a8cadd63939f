using System.Globalization;
using System.Text.Json;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Erasing;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Control.Erasures;
using FederatedQuery.Hot.Erasing;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Maintenance.Expiry;
using FederatedQuery.Tiering.Maintenance.Orphans;
using FederatedQuery.Tiering.Publication;
using FederatedQuery.Tiering.Tables;
using FederatedQuery.Tiering.Verification;

namespace FederatedQuery.Tiering.Erasing;

/// <summary>
/// The job <c>erase</c>. Its steps: (1) refuse what branches or tags hold; (2) delete matching hot rows and write cold files anew without them, until one read session finds none
/// in either tier; (3) expire snapshots that show them; (4) have others forget them; (5) wait until the files are gone from the store. Every step may be done again: a job that is taken up
/// again begins with the first and finds little left to do.
/// </summary>
public sealed class EraseJob(
    PostgresConnections connections, TieredTableStore tables, ColdTables coldTables, ColdSchemas schemas, RowMatchCompiler compile, HotErasure hot, ColdErasure cold,
    SnapshotErasure snapshots, ErasedFiles files, OthersRows others, ErasureStore store, JobCatalogs catalogs, ColdEraser eraser, UnreferencedFiles unreferenced,
    IEnumerable<ErasureParticipant> participants, JobParts parts, TablePublisher publisher, TimeProvider time)
{
    public const string Kind = "erase";

    private const string Where = "where";
    private const int MaximumRounds = 100;

    private static readonly TimeSpan VacuumPatience = TimeSpan.FromMinutes(10);

    private readonly IReadOnlyList<ErasureParticipant> _participants = [.. participants];

    /// <summary>Where tests make it crash.</summary>
    internal Func<EraseStep, Task> AfterStep { get; set; } = _ => Task.CompletedTask;

    /// <summary>For the runner: what was cut short is begun again, and finds little left to do.</summary>
    public JobKind AsKind() => new(Kind, RunAsync) { IsResumable = true, Exclusive = JobKind.TableMaintenance, JoinsRunning = false };

    /// <summary>The job's arguments.</summary>
    public static string Arguments(string where) => JsonSerializer.Serialize(new Dictionary<string, string> { [Where] = where });

    private async Task<string> RunAsync(Job job, JobProgress progress, CancellationToken cancellationToken)
    {
        var arguments = JsonSerializer.Deserialize<Dictionary<string, string>>(job.Arguments ?? "{}") ?? [];

        // Of a job that is over only a digest of the condition is kept (migration ErasedConditions).
        var where = arguments.GetValueOrDefault(Where)
            ?? throw new TieringException(TieringErrorKind.InvalidArgument, "The condition of this erasure is no longer stored, because it was over. Call eraseRows again.");
        return await EraseAsync(job, where, progress, cancellationToken);
    }

    private async Task<string> EraseAsync(Job job, string where, JobProgress progress, CancellationToken cancellationToken)
    {
        var name = TableNames.Parse(job.TableName ?? throw new TieringException(TieringErrorKind.InvalidArgument, "The job names no table."));
        var table = await ErasedTable.FindAsync(tables, coldTables, name, cancellationToken);
        var identifier = table.Identifier;
        var match = await compile(identifier, where, cancellationToken);
        var known = new Dictionary<string, bool>(StringComparer.Ordinal);
        progress.Report(0, "Looking for what holds the rows.");
        table = table with { Columns = await PrepareAsync(job, table, match, known, cancellationToken) };
        await AfterStep(EraseStep.Prepared);
        IReadOnlyList<string> shown;
        do
        {
            await EraseBothAsync(job, table, match, known, progress, cancellationToken);
            // A branch of a move that began before holds what its table held then.
            await SettleAsync(table, cancellationToken);
            progress.Report(0.6, "The rows are in neither tier; expiring snapshots that hold or show them.");
            shown = await snapshots.ExpireAsync(table, match, job, known, cancellationToken);
            await AfterStep(EraseStep.Expired);
        }
        while (!await IsGoneAsync(job, table, match, known, cancellationToken));

        var forgotten = await ForgetAsync(identifier, cancellationToken);

        var forgottenAt = time.GetUtcNow();
        progress.Report(0.8, "Cleaning up in PostgreSQL.");
        var (figures, partitions) = await store.SumAsync(job.Id, cancellationToken);
        var vacuumed = await VacuumAsync(partitions, cancellationToken);
        var copies = await files.ForgetCopiesAsync(TimeSpan.FromDays(1), cancellationToken);
        await AfterStep(EraseStep.Forgotten);
        progress.Add(figures.HotRows + figures.ColdRows, 0);
        // For minutes.
        parts.FreeSlot(job);
        var (gone, bytes, left) = await files.WaitAsync(job.Id, identifier, progress, cancellationToken);
        await PurgeAsync(job, identifier, forgottenAt, progress, cancellationToken);
        copies += await files.ForgetCopiesAsync(TimeSpan.FromDays(1), cancellationToken);
        progress.Add(0, bytes);
        return ErasureReport.Write(new ErasureReport.Facts
        {
            Table = name.ToString(),
            Figures = figures,
            FilesDeleted = gone,
            Bytes = bytes,
            Left = left,
            Copies = copies,
            Forgotten = forgotten,
            Vacuumed = vacuumed,
            ShownByRefs = shown,
            Unreferenced = await CountUnreferencedAsync(table, cancellationToken),
        });
    }

    /// <summary>With a REST catalog: what a change under way has on its branch comes to where erasing finds it, or goes.</summary>
    private Task SettleAsync(ErasedTable table, CancellationToken cancellationToken) =>
        table.Tiered is { } tiered ? publisher.SettleAsync(tiered, cancellationToken) : Task.CompletedTask;

    /// <summary>What has to be so before anything is changed.</summary>
    private async Task<ErasedColumns> PrepareAsync(Job job, ErasedTable table, RowMatch match, Dictionary<string, bool> known, CancellationToken cancellationToken)
    {
        await SettleAsync(table, cancellationToken);
        if (await coldTables.FindAsync(table.Identifier, null, cancellationToken) is not { } found)
        {
            return ErasedColumns.Of(table, match, null, null);
        }

        // Whether files may be deleted there, says the listing too.
        SnapshotExpirer.RequireDeletable(found.Table);
        await CountUnreferencedAsync(table, cancellationToken);
        PostgresTable? source = null;
        if (table.Tiered is not null)
        {
            // Columns have the names that they have in the hot table from now on, and one that it was given since the last move is one of the cold table: the condition may name any.
            await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
            source = await PostgresIntrospector.FindAsync(connection, table.Name, cancellationToken);
            found = source is null ? found : new ColdTable(await schemas.FollowAsync(catalogs.Of(job), found.Table, source.AsSource, cancellationToken));
        }

        await snapshots.RequireFreeRefsAsync(found, match, known, cancellationToken);
        if (table.Tiered is { } tiered)
        {
            await others.AdoptAsync(tiered, cancellationToken);
        }

        return ErasedColumns.Of(table, match, found, source);
    }

    /// <summary>Until one session finds none in either tier: rows that arrive or move meanwhile are found in the next round.</summary>
    private async Task EraseBothAsync(
        Job job, ErasedTable table, RowMatch match, Dictionary<string, bool> known, JobProgress progress, CancellationToken cancellationToken)
    {
        for (var round = 1; round <= MaximumRounds; round++)
        {
            progress.Report(Math.Min(0.5, 0.1 * round), string.Create(CultureInfo.InvariantCulture, $"Erasing rows, round {round}."));
            await SettleAsync(table, cancellationToken);
            if (await IsGoneAsync(job, table, match, known, cancellationToken))
            {
                return;
            }

            await cold.EraseAsync(table, match, job, known, cancellationToken);
            await AfterStep(EraseStep.Rewritten);
        }

        throw new TieringException(
            TieringErrorKind.Busy, $"In each of {MaximumRounds} rounds rows of '{table.Name}' matched anew: somebody keeps writing them. Stop that, and erase again.");
    }

    /// <summary>One look at both tiers in one session, which deletes the hot rows that it finds.</summary>
    private async Task<bool> IsGoneAsync(Job job, ErasedTable table, RowMatch match, Dictionary<string, bool> known, CancellationToken cancellationToken)
    {
        var look = await hot.EraseAsync(table, match, job, cancellationToken);
        var held = look.Cold is { Metadata.CurrentSnapshot: { } snapshot } found ? await eraser.FindAsync(found, snapshot, match, known, cancellationToken) : [];
        await AfterStep(EraseStep.Looked);
        return look is { Rows: 0, HasChanged: false } && held.Count == 0;
    }

    private async Task<List<string>> ForgetAsync(TableIdentifier identifier, CancellationToken cancellationToken)
    {
        var forgotten = new List<string>();
        foreach (var participant in _participants)
        {
            var dropped = await participant.ForgetAsync(identifier, cancellationToken);
            forgotten.Add(string.Create(CultureInfo.InvariantCulture, $"{dropped} {participant.Name}"));
        }

        return forgotten;
    }

    private async Task PurgeAsync(Job job, TableIdentifier identifier, DateTimeOffset forgottenAt, JobProgress progress, CancellationToken cancellationToken)
    {
        if (_participants.Count > 0 && forgottenAt + files.Grace - time.GetUtcNow() is { } rest && rest > TimeSpan.Zero)
        {
            progress.Report(0.95, $"Waiting for the end of queries that may be reading {string.Join(", ", _participants.Select(participant => participant.Name))}.");
            await Task.Delay(rest, time, cancellationToken);
        }

        foreach (var participant in _participants)
        {
            var purged = await participant.PurgeAsync(identifier, cancellationToken);
            await store.AddFilesAsync(job.Id, identifier, purged.Select(location => (location, (long?)null)), cancellationToken);
        }
    }

    private async Task<int> CountUnreferencedAsync(ErasedTable table, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var _ in unreferenced.ListAsync(table.Identifier, minimumAge: null, cancellationToken))
        {
            count++;
        }

        return count;
    }

    private async Task<IReadOnlyList<string>> VacuumAsync(IReadOnlyList<string> partitions, CancellationToken cancellationToken)
    {
        var results = new List<string>();
        foreach (var partition in partitions)
        {
            var problem = await HotEraser.VacuumAsync(connections.Owner, partition, VacuumPatience, cancellationToken);
            results.Add(problem is null ? partition : $"{partition} (not vacuumed: {problem})");
        }

        return results;
    }
}
