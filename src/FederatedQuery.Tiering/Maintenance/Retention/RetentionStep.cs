using System.Globalization;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Moves;
using FederatedQuery.Tiering.Tables;
using FederatedQuery.Tiering.Verification;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Tiering.Maintenance.Retention;

/// <summary>
/// Removes the cold rows of days that are older than the table keeps: whole files leave the table unread, rows of others are deleted one by one, in one snapshot. Rows
/// of such days that came late and are hot move first, so that they go the same way, once and in the ledger.
/// </summary>
internal sealed class RetentionStep(
    TableColumns columns, ArchiveJob archive, TableMover mover, ColdDeletes deletes, JobCatalogs catalogs, OthersRows others, IOptions<TieringOptions> options, TimeProvider time) : IMaintenanceStep
{
    public string Name => "retention";

    public async Task<string?> RunAsync(MaintenanceContext context, CancellationToken cancellationToken)
    {
        if (context.Tiered is not { } tiered)
        {
            return null;
        }

        // Rows are told to be old by a column that both tiers call the same.
        var name = new TableName(tiered.Schema, tiered.Name);
        var table = await columns.FollowAsync(name, cancellationToken) ?? tiered;

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

        var column = TimeOf(metadata.CurrentSchema, table);
        var catalog = catalogs.Of(context.Job, (transaction, commit, token) =>
            commit.Metadata.CurrentSchema.FindField(table.TimeColumn)?.Id != column.Id
                ? throw new TieringException(TieringErrorKind.Busy, $"Columns of table '{name}' were renamed while old rows of it were looked for. Nothing was removed; the next maintenance does it.")
                : Ledger.RecordAllGoneAsync(
                    transaction, name, Move.Retired, cutoff, commit.Metadata.CurrentSnapshotId!.Value, commit.NewLocation, time.GetUtcNow(), token));
        var older = Expression.LessThan(table.TimeColumn, StartOf(cutoff, column, table));
        var properties = new Dictionary<string, string> { ["federated-query.retired-before"] = cutoff.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) };
        var deletion = await deletes.DeleteAsync(catalog, context.Table, older, properties, cancellationToken);
        context.Add(deletion.Rows, bytes: 0);
        return deletion.Rows == 0 && deletion.FilesRemoved == 0
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"Removed {deletion.Rows} rows older than {cutoff:yyyy-MM-dd} ({days} days): {deletion.FilesRemoved} whole files, and rows of others by {deletion.DeleteFiles} delete files.");
    }

    private static NestedField TimeOf(Schema schema, TieredTable table) => schema.Fields.FirstOrDefault(field => field.Name == table.TimeColumn) ?? throw new TieringException(
        TieringErrorKind.NotAllowed,
        $"The cold table of '{table.Name}' has no column '{table.TimeColumn}' any more, so how old its rows are is not known. It has: {string.Join(", ", schema.Fields.Select(field => field.Name))}.");

    private static Literal StartOf(DateOnly day, NestedField column, TieredTable table) => EpochTime.LiteralOf(day, column.Type) ?? throw new TieringException(
        TieringErrorKind.NotAllowed, $"Column '{column.Name}' of the cold table of '{table.Name}' is of type {column.Type}; it must be a date, timestamp or timestamptz.");
}
