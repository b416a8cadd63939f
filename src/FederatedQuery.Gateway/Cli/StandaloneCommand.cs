using FederatedQuery.Gateway.Hosting;
using FederatedQuery.Gateway.Settings;

namespace FederatedQuery.Gateway.Cli;

/// <summary>What commands beside the server have in common: the tiers come up, failures are one line on standard error.</summary>
internal static class StandaloneCommand
{
    private const int Failed = 1;

    /// <param name="name">The command, as error lines begin.</param>
    /// <param name="whenStopped">What a signal left behind.</param>
    /// <returns>The process's exit code.</returns>
    public static Task<int> RunAsync(
        string name, string whenStopped, GatewaySettings settings, Func<IServiceProvider, Task> run, CancellationToken cancellationToken) =>
        RunAsync(
            name, whenStopped, settings,
            async services =>
            {
                await run(services);
                return true;
            },
            cancellationToken);

    /// <param name="run">Gives false when something failed, which it has said by then.</param>
    /// <inheritdoc cref="RunAsync(string, string, GatewaySettings, Func{IServiceProvider, Task}, CancellationToken)"/>
    public static async Task<int> RunAsync(
        string name, string whenStopped, GatewaySettings settings, Func<IServiceProvider, Task<bool>> run, CancellationToken cancellationToken)
    {
        try
        {
            await using var services = await StandaloneServices.StartAsync(settings, cancellationToken);
            return await run(services.Provider) ? 0 : Failed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"{name}: stopped; {whenStopped}.");
            return Failed;
        }
        catch (Exception error) when (Failure.MessageOf(error) is { } message)
        {
            await Console.Error.WriteLineAsync($"{name}: {message}");
            return Failed;
        }
    }
}
