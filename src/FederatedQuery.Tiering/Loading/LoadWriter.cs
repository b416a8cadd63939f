using FederatedQuery.Cold;
using FederatedQuery.Cold.Staging;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Columns;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Copy;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Partitions;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.ObjectStore;
using FederatedQuery.Tiering.Moves;
using FederatedQuery.Tiering.Tables;
using FederatedQuery.Tiering.Verification;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedQuery.Tiering.Loading;

/// <summary>The transaction of a load: tables where they are missing, cold files, hot rows, the snapshot; one COMMIT.</summary>
public sealed partial class LoadWriter(
    PostgresConnections connections, ColdCatalog catalog, ColdAppender appender, DayPartitions partitions, TimeProvider time, ILogger<LoadWriter> logger)
{
    private const int MaximumRestagings = 100;

    internal async Task<(long HotRows, long ColdRows)> WriteAsync(
        LoadRequest request, LoadDestination destination, LoadPlan plan, RowStage stage, LoadReporter reporter, CancellationToken cancellationToken)
    {
        var profile = plan.TimeColumn is { } timeColumn && plan.HasCold
            ? await stage.ProfileAsync(timeColumn, plan.Cutoff ?? DateOnly.MaxValue, cancellationToken)
            : new TimeProfile(0, 0, []);
        if (plan.HasCold && (profile.Older > 0 || !plan.HasHot || !destination.Exists))
        {
            CommonTransactions.Require(catalog, $"Loading rows of '{destination}' straight to the cold tier");
        }

        if (destination.Hot is { } hot && plan.IsTiered && hot.RangePartitionColumn == plan.TimeColumn)
        {
            // In transactions of their own: their locks are not to be held for as long as a load takes.
            await partitions.EnsureAsync(destination.Name, profile.NewerDays, cancellationToken);
        }

        var files = ColdFiles.None;
        StagedCommit? staged = null;
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        long hotRows = 0;
        try
        {
            var cold = destination.Exists ? destination.Cold?.Table : await CreateAsync(transaction, request, destination, plan, profile, cancellationToken);
            if (plan.HasCold && (profile.Older > 0 || !plan.HasHot))
            {
                files = await WriteColdAsync(plan, stage, cold!, reporter, cancellationToken);
            }

            if (plan.HasHot)
            {
                hotRows = await WriteHotAsync(connection, destination.Name, plan, stage, reporter, cancellationToken);
            }

            if (files.Rows > 0)
            {
                staged = await PublishAsync(transaction, destination.Identifier, request, files, cancellationToken);
                await Ledger.RecordAsync(transaction, destination.Name, Move.Loaded, files.Days, staged, time.GetUtcNow(), cancellationToken);
            }
        }
        catch
        {
            await transaction.DisposeAsync();
            await DiscardAsync(staged, files);
            throw;
        }

        reporter.Committing();
        await CommitAsync(transaction, destination, cancellationToken);
        reporter.Done();
        return (hotRows, files.Rows);
    }

    private static async Task CommitAsync(NpgsqlTransaction transaction, LoadDestination destination, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (Exception error) when (error is NpgsqlException and not PostgresException || error is TimeoutException or IOException)
        {
            throw new TieringException(
                TieringErrorKind.Busy,
                $"The connection to PostgreSQL broke while the load into '{destination}' was committed: it has happened as a whole or not at all. Look whether the rows are there before loading again.",
                error);
        }
    }

    private async Task<CatalogTable?> CreateAsync(
        NpgsqlTransaction transaction, LoadRequest request, LoadDestination destination, LoadPlan plan, TimeProfile profile, CancellationToken cancellationToken)
    {
        if (plan.HasHot)
        {
            await CreateHotAsync(transaction, request, destination.Name, plan, profile, cancellationToken);
        }

        if (!plan.HasCold)
        {
            return null;
        }

        CatalogTable cold;
        try
        {
            var layout = ColdLayout.Create(plan.Schema, plan.JsonFieldIds, plan.TimeColumn!, request.PartitionBy, ColdLayout.TimeTransform(profile.Older, profile.OlderDays));
            cold = await catalog.Current.CreateTableAsync(destination.Identifier, layout, transaction, cancellationToken);
        }
        catch (IcebergException error) when (error.Kind is IcebergErrorKind.InvalidMetadata or IcebergErrorKind.NotFound)
        {
            throw new TieringException(
                TieringErrorKind.InvalidArgument, $"partitionBy [{string.Join(", ", request.PartitionBy)}] does not suit the rows: {error.Message}", error);
        }

        if (plan.IsTiered)
        {
            await TieredTableStore.SaveAsync(
                transaction,
                new TieredTable
                {
                    Schema = destination.Name.Schema,
                    Name = destination.Name.Name,
                    Namespace = destination.Identifier.Namespace,
                    TimeColumn = plan.TimeColumn!,
                    PrimaryKey = [.. plan.PrimaryKey],
                    PartitionBy = [.. request.PartitionBy],
                    Boundary = new DateTimeOffset(plan.Cutoff!.Value.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero),
                    CreatedAt = time.GetUtcNow().ToUniversalTime(),
                },
                cancellationToken);
        }

        return cold;
    }

    private async Task CreateHotAsync(
        NpgsqlTransaction transaction, LoadRequest request, TableName name, LoadPlan plan, TimeProfile profile, CancellationToken cancellationToken)
    {
        await PlainTables.EnsureSchemaAsync(transaction, name.Schema, cancellationToken);
        if (plan.IsTiered)
        {
            await DayPartitions.CreateTableAsync(transaction, name, plan.Schema, plan.TimeColumn!, plan.PrimaryKey, plan.JsonFieldIds, risingColumns: [], cancellationToken);
            var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
            var ahead = today.AddDays(ArchiveLoop.DaysAhead).DayNumber - plan.Cutoff!.Value.DayNumber;
            var days = Enumerable.Range(0, ahead + 1).Select(plan.Cutoff.Value.AddDays);
            await DayPartitions.EnsureAsync(transaction, name, [.. days.Union(profile.NewerDays.Where(day => day <= today.AddDays(ArchiveLoop.DaysAhead)))], cancellationToken);
        }
        else
        {
            await PlainTables.CreateAsync(transaction, name, plan.Schema, plan.PrimaryKey, plan.JsonFieldIds, cancellationToken);
        }

        foreach (var key in request.ForeignKeys)
        {
            await PlainTables.AddForeignKeyAsync(transaction, name, key.Column, TableNames.Parse(key.Table), key.ReferencedColumn, cancellationToken);
        }
    }

    private async Task<ColdFiles> WriteColdAsync(
        LoadPlan plan, RowStage stage, CatalogTable cold, LoadReporter reporter, CancellationToken cancellationToken)
    {
        reporter.Written(LoadPhase.WritingCold, 0);
        var relation = await stage.OlderRelationAsync(cold.Metadata.CurrentSchema, plan.TimeColumn!, plan.HasHot ? plan.Cutoff : null, cancellationToken);
        return await appender.WriteAsync(
            stage.Connection, relation, cold, plan.TimeColumn, rows => reporter.Written(LoadPhase.WritingCold, rows), cancellationToken);
    }

    private static async Task<long> WriteHotAsync(
        NpgsqlConnection connection, TableName name, LoadPlan plan, RowStage stage, LoadReporter reporter, CancellationToken cancellationToken)
    {
        reporter.Written(LoadPhase.WritingHot, 0);
        var table = (await PostgresIntrospector.FindAsync(connection, name, cancellationToken))!;
        var columns = plan.Schema.Fields.Select(field => new CopyColumn(field.Name, table.FindColumn(field.Name)!.Type, DuckDbTypes.Of(field.Type))).ToList();
        await using var copy = await CopyBinaryWriter.BeginAsync(connection, name, columns, cancellationToken);
        await foreach (var chunk in stage.NewerAsync(plan.Schema, plan.TimeColumn, plan.Cutoff, cancellationToken))
        {
            await copy.WriteAsync(chunk, cancellationToken);
            reporter.Written(LoadPhase.WritingHot, chunk.Count);
        }

        return await copy.CompleteAsync(cancellationToken);
    }

    private async Task<StagedCommit> PublishAsync(
        NpgsqlTransaction transaction, TableIdentifier identifier, LoadRequest request, ColdFiles files, CancellationToken cancellationToken)
    {
        var properties = new Dictionary<string, string>
        {
            ["federated-query.loaded-from"] = request.Source.Name,
            ["federated-query.checksum"] = files.Checksum.ToString(),
        };
        for (var attempt = 1; attempt <= MaximumRestagings; attempt++)
        {
            // Each statement sees what others have committed by then.
            var current = await catalog.Current.LoadTableAsync(identifier, transaction, cancellationToken);
            var staged = await appender.StageAsync(current, files, properties, cancellationToken);
            if (await catalog.Current.TryCommitAsync(staged, transaction, cancellationToken))
            {
                return staged;
            }

            await appender.DiscardAsync(staged, cancellationToken);
        }

        throw new TieringException(TieringErrorKind.Busy, $"Others committed to table '{identifier}' first in {MaximumRestagings} attempts. Nothing was loaded; try again later.");
    }

    private async Task DiscardAsync(StagedCommit? staged, ColdFiles files)
    {
        try
        {
            if (staged is not null)
            {
                await appender.DiscardAsync(staged, CancellationToken.None);
            }

            await appender.DeleteAsync(files, CancellationToken.None);
        }
        catch (ObjectStoreException error)
        {
            // Why the load failed matters more; what cannot be deleted now is listed as unreferenced.
            Log.FilesLeft(logger, files.Files.Length, error);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.LoadFilesLeft, LogLevel.Warning, "{FileCount} files of a load that failed could not be deleted; they are unreferenced")]
        public static partial void FilesLeft(ILogger logger, int fileCount, Exception error);
    }
}
