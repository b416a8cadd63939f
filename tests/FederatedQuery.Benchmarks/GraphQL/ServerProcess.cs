using System.Diagnostics;
using System.Globalization;

namespace FederatedQuery.Benchmarks.GraphQL;

/// <summary>A server that was started for a benchmark; it is told to end by the end of its standard input.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    private static readonly HttpClient Client = new() { Timeout = StartTimeout };

    private readonly Process _process;

    private ServerProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>Of all its threads, since it started.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Its resident memory, in bytes.</summary>
    public long WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Managed bytes in use after a collection; for our servers only.</summary>
    public async Task<long> GetHeapBytesAsync(CancellationToken cancellationToken) =>
        long.Parse(await Client.GetStringAsync(new Uri(Address, ServeCommand.HeapPath), cancellationToken), CultureInfo.InvariantCulture);

    /// <summary>Managed bytes allocated by all its threads since it started, or null when it is not one of ours.</summary>
    public async Task<long?> GetAllocatedBytesAsync(CancellationToken cancellationToken)
    {
        using var answer = await Client.GetAsync(new Uri(Address, ServeCommand.AllocatedPath), cancellationToken);
        return answer.IsSuccessStatusCode
            ? long.Parse(await answer.Content.ReadAsStringAsync(cancellationToken), CultureInfo.InvariantCulture)
            : null;
    }

    /// <param name="program">Prints its address as its first line.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Its working directory.</param>
    /// <param name="cancellationToken">Gives up; the process is ended.</param>
    /// <exception cref="InvalidOperationException">It printed something else, or ended.</exception>
    public static async Task<ServerProcess> StartAsync(
        string program, IEnumerable<string> arguments, string folder, CancellationToken cancellationToken)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["NODE_ENV"] = "production" },
        }) ?? throw new InvalidOperationException($"'{program}' could not be started.");
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(StartTimeout);
            var line = await process.StandardOutput.ReadLineAsync(limit.Token);
            return Uri.TryCreate(line, UriKind.Absolute, out var address)
                ? new ServerProcess(process, address)
                : throw new InvalidOperationException($"'{program}' printed '{line}' instead of its address.");
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            process.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(StopTimeout);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
