using System.Text.Json;
using FederatedQuery.Cold;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.ObjectStore;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Maintenance.Settings;
using FederatedQuery.Tiering.Tables;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.Tiering.Maintenance;

/// <summary>
/// The job <c>maintenance</c>: all that a cold table needs, step by step. A step that fails keeps none after it from being done; the job fails in the end and says
/// what was done all the same.
/// </summary>
public sealed partial class MaintenanceJob(
    ColdCatalog catalog, JobCatalogs catalogs, TieredTableStore tables, MaintenanceConfigurator settings, IEnumerable<IMaintenanceStep> steps,
    ILogger<MaintenanceJob> logger)
{
    public const string Kind = "maintenance";

    private readonly IReadOnlyList<IMaintenanceStep> _steps = [.. steps];

    /// <summary>For the runner: each step takes up from what the tables say.</summary>
    public JobKind AsKind() => new(Kind, RunAsync) { IsResumable = true, Exclusive = JobKind.TableMaintenance };

    /// <summary>The table as jobs call it: <c>sales</c>, <c>iceberg_db.sales</c>.</summary>
    public static string NameOf(TableIdentifier table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return new TableName(TableNames.SchemaOf(table.Namespace), table.Name).ToString();
    }

    /// <summary>The job's arguments: a name alone does not tell where a namespace of several levels ends.</summary>
    public static string Arguments(TableIdentifier table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return JsonSerializer.Serialize(new Dictionary<string, string> { ["namespace"] = table.Namespace, ["name"] = table.Name });
    }

    private async Task<string> RunAsync(Job job, JobProgress progress, CancellationToken cancellationToken)
    {
        var table = await catalog.Catalog.LoadTableAsync(TableOf(job), cancellationToken);
        if (table.IsReadOnly)
        {
            throw MaintenanceConfigurator.ReadOnly(table);
        }

        var tiered = await tables.FindAsync(new TableName(TableNames.SchemaOf(table.Identifier.Namespace), table.Identifier.Name), cancellationToken);
        var own = await settings.FindAsync(table, cancellationToken);
        var (done, failures) = (new List<string>(), new List<Exception>());
        for (var i = 0; i < _steps.Count; i++)
        {
            var context = new MaintenanceContext(progress, (double)i / _steps.Count, (i + 1.0) / _steps.Count)
            {
                Job = job,
                Table = table.Identifier,
                Tiered = tiered,
                Settings = own,
                Catalog = catalogs.Of(job),
            };
            context.Report(0, string.Join(' ', done.Append($"At {_steps[i].Name}, step {i + 1} of {_steps.Count}.")));
            try
            {
                if (await _steps[i].RunAsync(context, cancellationToken) is { } what)
                {
                    done.Add(what);
                }
            }
            catch (Exception error) when (error is TieringException { Kind: not TieringErrorKind.LeaseLost } or IcebergException or ObjectStoreException)
            {
                Log.StepFailed(logger, _steps[i].Name, table.Identifier.ToString(), error);
                done.Add($"{char.ToUpperInvariant(_steps[i].Name[0])}{_steps[i].Name[1..]} failed: {error.Message}");
                failures.Add(error);
            }
        }

        var message = done.Count == 0 ? "Nothing to do." : string.Join(' ', done);
        return failures.Count == 0
            ? message
            : throw new TieringException(
                failures[0] is TieringException known ? known.Kind : TieringErrorKind.NotAllowed, message, failures.Count == 1 ? failures[0] : new AggregateException(failures));
    }

    private static TableIdentifier TableOf(Job job)
    {
        var arguments = JsonSerializer.Deserialize<Dictionary<string, string>>(job.Arguments ?? "{}");
        return arguments is not null && arguments.TryGetValue("namespace", out var tableNamespace) && arguments.TryGetValue("name", out var name)
            ? new TableIdentifier(tableNamespace, name)
            : throw new TieringException(TieringErrorKind.InvalidArgument, $"The job's arguments are '{job.Arguments}'; they must name 'namespace' and 'name' of a cold table.");
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.MaintenanceStepFailed, LogLevel.Warning, "The {Step} of '{Table}' failed; maintenance goes on with the next step")]
        public static partial void StepFailed(ILogger logger, string step, string table, Exception error);
    }
}
