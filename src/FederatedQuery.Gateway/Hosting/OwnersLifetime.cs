namespace FederatedQuery.Gateway.Hosting;

/// <summary>Of a host within another's process: signals are its owner's, who starts and stops it.</summary>
internal sealed class OwnersLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
