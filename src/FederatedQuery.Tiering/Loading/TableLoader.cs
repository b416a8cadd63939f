using System.Globalization;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Staging;
using FederatedQuery.DuckDb;
using FederatedQuery.Hot;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Tiering.Tables;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FederatedQuery.Tiering.Loading;

/// <summary>
/// Loads rows into a table: days within the hot retention into PostgreSQL, older ones straight to the cold tier. All of it becomes visible at once: a load that
/// fails or is killed leaves nothing but unreferenced files (with a REST catalog also what the next one takes back).
/// </summary>
public sealed partial class TableLoader(
    PostgresConnections connections, TableColumns columns, ColdCatalog catalog, ColdTables coldTables, LoadWriter writer, RestLoadWriter rest,
    IOptions<TieringOptions> options, IOptions<ColdOptions> coldOptions, TimeProvider time, ILogger<TableLoader> logger)
{
    private readonly LoadPlanner _planner = new(options, time);

    /// <param name="request">What to load.</param>
    /// <param name="progress">Told now and then; null: nobody.</param>
    /// <param name="cancellationToken">Gives up; nothing stays.</param>
    /// <exception cref="TieringException">InvalidSource, InvalidArgument: what is wrong with the rows or the request. Nothing was loaded.</exception>
    public async Task<LoadResult> LoadAsync(LoadRequest request, IProgress<LoadProgress>? progress, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            var (destination, hotRows, coldRows) = await LoadAsync(request, new LoadReporter(progress), cancellationToken);
            var result = new LoadResult(destination.ToString(), !destination.Exists, hotRows, coldRows, time.GetElapsedTime(started));
            Log.Loaded(logger, hotRows, coldRows, result.Table, result.Elapsed.TotalMilliseconds);
            return result;
        }
        catch (StagingException error)
        {
            throw new TieringException(TieringErrorKind.InvalidSource, error.Message, error);
        }
        catch (DuckDBException error) when (error.ErrorType is DuckDBErrorType.Conversion or DuckDBErrorType.InvalidInput or DuckDBErrorType.OutOfRange)
        {
            throw new TieringException(TieringErrorKind.InvalidSource, $"The rows of '{request.Source.Name}' do not fit table '{request.TableName}': {error.Message}", error);
        }
        catch (HotException error) when (error.Kind is HotErrorKind.Value or HotErrorKind.Unsupported)
        {
            throw new TieringException(TieringErrorKind.InvalidSource, $"The rows of '{request.Source.Name}' do not fit table '{request.TableName}': {error.Message}", error);
        }
        catch (PostgresException error) when (error.SqlState.StartsWith("22", StringComparison.Ordinal) || error.SqlState.StartsWith("23", StringComparison.Ordinal))
        {
            throw new TieringException(
                TieringErrorKind.InvalidSource, $"PostgreSQL refuses the rows of '{request.Source.Name}' for table '{request.TableName}': {error.MessageText}", error);
        }
    }

    private async Task<(LoadDestination Destination, long HotRows, long ColdRows)> LoadAsync(
        LoadRequest request, LoadReporter reporter, CancellationToken cancellationToken)
    {
        var destination = await FindAsync(request, cancellationToken);
        reporter.Reading();
        using var stage = await RowStage.OpenAsync(request.Source, coldOptions.Value.TemporaryDirectory, coldOptions.Value.Threads, time, cancellationToken);
        var plan = _planner.Plan(request, destination, stage);
        await CheckAsync(plan, destination, stage, cancellationToken);
        reporter.TotalRows = stage.Rows;
        var (hotRows, coldRows) = await writer.WriteAsync(request, destination, plan, stage, reporter, cancellationToken);
        return (destination, hotRows, coldRows);
    }

    private async Task<LoadDestination> FindAsync(LoadRequest request, CancellationToken cancellationToken)
    {
        var name = TableNames.Parse(request.TableName);
        var identifier = new TableIdentifier(TableNames.NamespaceOf(name), name.Name);
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        var hot = await PostgresIntrospector.FindAsync(connection, name, cancellationToken);
        hot?.RequireAllSupported();
        await catalog.EnsureNamespaceAsync(identifier.Namespace, cancellationToken);
        var tiering = hot is null ? null : await columns.FollowAsync(name, cancellationToken);
        await rest.SettleAsync(name, identifier, tiering, cancellationToken);
        return new LoadDestination(
            name,
            identifier,
            hot,
            tiering,
            await coldTables.FindAsync(identifier, null, cancellationToken));
    }

    /// <summary>What no table may hold is found before anything is written.</summary>
    private async Task CheckAsync(LoadPlan plan, LoadDestination destination, RowStage stage, CancellationToken cancellationToken)
    {
        if (plan.TimeColumn is { } timeColumn && plan.HasCold && await stage.TimelessAsync(timeColumn, cancellationToken) is { Count: > 0 } timeless)
        {
            throw Refused($"{timeless.Count} rows have no time in '{timeColumn}' (or an infinite one), the first of them row {timeless.First}. Give them one, or leave them out.");
        }

        foreach (var column in plan.PrimaryKey)
        {
            if (await stage.NullsAsync(column, cancellationToken) is { Count: > 0 } nulls)
            {
                throw Refused($"{nulls.Count} rows have no value in the key column '{column}', the first of them row {nulls.First}.");
            }
        }

        if (plan.PrimaryKey.Count == 0 || plan.PrimaryKey.SequenceEqual([LoadPlanner.RowId]))
        {
            return;
        }

        if (await stage.DuplicatesAsync(plan.PrimaryKey, cancellationToken) is { Count: > 0 } duplicates)
        {
            throw Refused($"{duplicates.Count} values of the key ({string.Join(", ", plan.PrimaryKey)}) belong to several rows, such as ({duplicates.Example}).");
        }

        if (destination.Cold is { } cold)
        {
            await CheckKnownKeysAsync(plan, cold, stage, cancellationToken);
        }

        static TieringException Refused(string message) => new(TieringErrorKind.InvalidSource, message);
    }

    /// <summary>PostgreSQL looks after its own rows; the cold tier has no index that could.</summary>
    private async Task CheckKnownKeysAsync(LoadPlan plan, ColdTable cold, RowStage stage, CancellationToken cancellationToken)
    {
        var key = new Schema(0, [.. plan.PrimaryKey.Select(name => cold.Metadata.CurrentSchema.Fields.Single(field => field.Name == name))]);
        var scan = await coldTables.PlanAsync(cold.Scan, key.Fields, Expression.True, cancellationToken);
        if (scan.FilesRead == 0)
        {
            return;
        }

        coldTables.Register(stage.Connection);
        using var open = await coldTables.OpenAsync([scan], cancellationToken);
        foreach (var setup in scan.SetupSql)
        {
            await stage.Connection.ExecuteAsync(setup, cancellationToken);
        }

        if (await stage.KnownKeysAsync(scan.SelectSql, key.Fields, cancellationToken) is { Count: > 0 } known)
        {
            throw new TieringException(
                TieringErrorKind.InvalidSource,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{known.Count} rows have a key ({string.Join(", ", plan.PrimaryKey)}) that table '{cold.Identifier}' has already, such as ({known.Example}). Was the source loaded before?"));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.Loaded, LogLevel.Information, "Loaded {HotRowCount} hot and {ColdRowCount} cold rows into '{Table}' in {DurationMs} ms")]
        public static partial void Loaded(ILogger logger, long hotRowCount, long coldRowCount, string table, double durationMs);
    }
}
