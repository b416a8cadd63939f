using FederatedQuery.Cold;
using FederatedQuery.Cold.Staging;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.ObjectStore;
using FederatedQuery.Tiering.Verification;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedQuery.Tiering.Loading;

/// <summary>The transaction of a load: tables where they are missing, cold files, hot rows, the snapshot; one COMMIT.</summary>
public sealed partial class LoadWriter(
    PostgresConnections connections, ColdCatalog catalog, ColdAppender appender, LoadTables tables, LoadRows rows, RestLoadWriter rest, TimeProvider time,
    ILogger<LoadWriter> logger)
{
    private const int MaximumRestagings = 100;

    internal async Task<(long HotRows, long ColdRows)> WriteAsync(
        LoadRequest request, LoadDestination destination, LoadPlan plan, RowStage stage, LoadReporter reporter, CancellationToken cancellationToken)
    {
        var profile = plan.TimeColumn is { } timeColumn && plan.HasCold
            ? await stage.ProfileAsync(timeColumn, plan.Cutoff ?? DateOnly.MaxValue, cancellationToken)
            : new TimeProfile(0, 0, []);
        await tables.EnsurePartitionsAsync(destination, plan, profile, cancellationToken);
        if (catalog.IsRest && plan.HasCold && (profile.Older > 0 || !plan.HasHot || !destination.Exists))
        {
            return await rest.WriteAsync(request, destination, plan, profile, stage, reporter, cancellationToken);
        }

        var files = ColdFiles.None;
        StagedCommit? staged = null;
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RequireDescribedAsync(connection, destination, cancellationToken);
        long hotRows = 0;
        try
        {
            var cold = destination.Exists ? destination.Cold?.Table : await CreateAsync(transaction, request, destination, plan, profile, cancellationToken);
            if (plan.HasCold && (profile.Older > 0 || !plan.HasHot))
            {
                files = await rows.WriteColdAsync(plan, stage, cold!, reporter, cancellationToken);
            }

            if (plan.HasHot)
            {
                hotRows = await LoadRows.WriteHotAsync(connection, destination.Name, plan, stage, reporter, cancellationToken);
            }

            if (files.Rows > 0)
            {
                staged = await PublishAsync(transaction, destination.Identifier, request, files, cancellationToken);
                if (plan.HasHot || await Ledger.IsKeptAsync(transaction, destination.Name, destination.Cold, cancellationToken))
                {
                    await Ledger.RecordAsync(transaction, destination.Name, Move.Loaded, files.Days, staged, time.GetUtcNow(), cancellationToken);
                }
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

    /// <summary>The COMMIT of a load.</summary>
    /// <exception cref="TieringException">Busy: it was not answered. What was written stays: it may be in use.</exception>
    internal static async Task CommitAsync(NpgsqlTransaction transaction, LoadDestination destination, CancellationToken cancellationToken)
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

    /// <summary>Rows go to columns by the names that these had when the load was planned; none is renamed before it ends.</summary>
    /// <exception cref="TieringException">Busy: one was.</exception>
    private static async Task RequireDescribedAsync(NpgsqlConnection connection, LoadDestination destination, CancellationToken cancellationToken)
    {
        if (destination.Hot is not { CanBeLocked: true } hot)
        {
            return;
        }

        await using var command = new NpgsqlCommand($"LOCK TABLE ONLY {hot.Name.ToSql()} IN ACCESS SHARE MODE", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        if (!await DescribedColumns.AreStillAsync(connection, hot.Oid, hot.ColumnList, cancellationToken))
        {
            throw new TieringException(TieringErrorKind.Busy, $"Columns of table '{destination}' were changed while the rows were looked at. Nothing was loaded; load again.");
        }
    }

    private async Task<CatalogTable?> CreateAsync(
        NpgsqlTransaction transaction, LoadRequest request, LoadDestination destination, LoadPlan plan, TimeProfile profile, CancellationToken cancellationToken)
    {
        // A table of this name that was dropped has left its own.
        await Ledger.ForgetAsync(transaction, destination.Name, cancellationToken);
        if (plan.HasHot)
        {
            await tables.CreateHotAsync(transaction, request, destination, plan, profile, cancellationToken);
        }

        return plan.HasCold
            ? await catalog.Current.CreateTableAsync(destination.Identifier, LoadTables.LayoutOf(request, plan, profile), transaction, cancellationToken)
            : null;
    }

    private async Task<StagedCommit> PublishAsync(
        NpgsqlTransaction transaction, TableIdentifier identifier, LoadRequest request, ColdFiles files, CancellationToken cancellationToken)
    {
        var properties = SummaryOf(request, files);
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

    /// <summary>Of the snapshot that has the rows.</summary>
    internal static Dictionary<string, string> SummaryOf(LoadRequest request, ColdFiles files) => new()
    {
        ["federated-query.loaded-from"] = request.Source.Name,
        ["federated-query.checksum"] = files.Checksum.ToString(),
    };

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
