using FederatedQuery.Cold.Staging;
using FederatedQuery.DuckDb;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Gateway.Cli;
using FederatedQuery.Gateway.Typed.Refresh;
using FederatedQuery.Tiering.Loading;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace FederatedQuery.Gateway.Demo;

/// <summary>Loads the demo's tables while the gateway serves, each once: a table that is there is left as it is.</summary>
internal sealed class DemoService(
    DemoTables tables, TableRegistry registry, QueryService queries, TableLoader loader, SchemaRefresher schema, IServer server, IHostApplicationLifetime lifetime, TimeProvider time)
    : BackgroundService
{
    /// <summary>Tests and scripts wait for this line.</summary>
    public const string ReadyLine = "Demo data is ready.";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!await StartedAsync(stoppingToken))
        {
            return;
        }

        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "";
        Console.WriteLine(DemoText.Welcome(address));
        var failures = 0;
        foreach (var table in tables.Wanted())
        {
            try
            {
                await LoadOnceAsync(table, stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // The other tables do not depend on this one; the gateway serves in any case.
                failures++;
                Console.Error.WriteLine($"{table}: not loaded. {error.Message}");
            }
        }

        Console.WriteLine(failures == 0 ? ReadyLine : $"Demo data is ready but for {failures} tables; the next start with --demo tries them again.");
    }

    private async Task LoadOnceAsync(DemoTable table, CancellationToken cancellationToken)
    {
        if (await registry.FindAsync(table.Namespace, table.Name, cancellationToken) is not null
            && !(table.IsMadeAtStart && await IsEmptyAsync(table, cancellationToken)))
        {
            Console.WriteLine($"{table}: is there already.");
        }
        else
        {
            Console.WriteLine($"{table}: loading ...");
            var source = await table.SourceAsync(cancellationToken);
            var progress = new ProgressLines(table.ToString(), Console.Out, time);
            var loaded = await loader.LoadAsync(
                new LoadRequest
                {
                    TableName = table.ToString(),
                    Source = RowSource.Select(source, table.ToString()),
                    TimeColumn = table.TimeColumn,
                    PrimaryKey = table.PrimaryKey,
                    Tiers = table.Tiers,
                    ForeignKeys = table.ForeignKeys,
                },
                progress,
                cancellationToken);
            progress.Finish(loaded);
            registry.Forget();
            await schema.RefreshAsync(all: false, cancellationToken);
        }
    }

    private async Task<bool> IsEmptyAsync(DemoTable table, CancellationToken cancellationToken)
    {
        using var answer = await queries.RunFederatedAsync(new QueryRequest { Sql = $"SELECT 1 FROM {DuckDBSql.QuoteIdentifier(table.Name)} LIMIT 1" }, cancellationToken);
        return answer.RowCount == 0;
    }

    /// <returns>False when the gateway stops before it has started.</returns>
    private async Task<bool> StartedAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var onStarted = lifetime.ApplicationStarted.Register(started.SetResult);
        await using var onStopping = stoppingToken.Register(() => started.TrySetCanceled(stoppingToken));
        await started.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return started.Task.IsCompletedSuccessfully;
    }
}
