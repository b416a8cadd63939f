using System.Globalization;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Moves;
using FederatedQuery.Tiering.Verification;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Tiering.Maintenance.Retention;

/// <summary>
/// Removes the cold rows of days that are older than the table keeps: whole files leave the table unread, rows of others are deleted one by one, in one snapshot. Rows
/// of such days that came late and are hot move first, so that they go the same way, once and in the ledger.
/// </summary>
internal sealed class RetentionStep(
    ArchiveJob archive, TableMover mover, ColdDeletes deletes, JobCatalogs catalogs, OthersRows others, IOptions<TieringOptions> options, TimeProvider time) : IMaintenanceStep
{
    public string Name => "retention";

    public async Task<string?> RunAsync(MaintenanceContext context, CancellationToken cancellationToken)
    {
        if (context.Tiered is not { } table)
        {
            return null;
        }

        // What others added comes into the ledger before it may go: else it would be missed, or too much, later.
        await others.AdoptAsync(table, cancellationToken);
        var days = table.ColdDays ?? options.Value.ColdDays;
        var cutoff = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime.AddDays(-days));
        foreach (var unit in await archive.FindAsync(table, new DateTimeOffset(cutoff.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero), cancellationToken))
        {
            await mover.MoveAsync(table, unit, context.Job, cancellationToken);
        }

        var metadata = (await context.Catalog.LoadTableAsync(context.Table, cancellationToken)).Metadata;
        if (metadata.CurrentSnapshot is null)
        {
            return null;
        }

        var name = new TableName(table.Schema, table.Name);
        var catalog = catalogs.Of(context.Job, (transaction, commit, token) => Ledger.RecordAllGoneAsync(
            transaction, name, Move.Retired, cutoff, commit.Metadata.CurrentSnapshotId!.Value, commit.NewLocation, time.GetUtcNow(), token));
        var older = Expression.LessThan(table.TimeColumn, StartOf(cutoff, metadata.CurrentSchema, table));
        var properties = new Dictionary<string, string> { ["federated-query.retired-before"] = cutoff.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) };
        var deletion = await deletes.DeleteAsync(catalog, context.Table, older, properties, cancellationToken);
        context.Add(deletion.Rows, bytes: 0);
        return deletion.Rows == 0 && deletion.FilesRemoved == 0
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"Removed {deletion.Rows} rows older than {cutoff:yyyy-MM-dd} ({days} days): {deletion.FilesRemoved} whole files, and rows of others by {deletion.DeleteFiles} delete files.");
    }

    private static Literal StartOf(DateOnly day, Schema schema, TieredTable table)
    {
        var type = schema.Fields.FirstOrDefault(field => field.Name == table.TimeColumn)?.Type ?? throw new TieringException(
            TieringErrorKind.NotAllowed,
            $"The cold table of '{table.Name}' has no column '{table.TimeColumn}' any more, so how old its rows are is not known. It has: {string.Join(", ", schema.Fields.Select(field => field.Name))}.");
        return EpochTime.LiteralOf(day, type) ?? throw new TieringException(
            TieringErrorKind.NotAllowed, $"Column '{table.TimeColumn}' of the cold table of '{table.Name}' is of type {type}; it must be a date, timestamp or timestamptz.");
    }
}
