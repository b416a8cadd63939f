using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace FederatedQuery.Testing;

/// <summary>
/// The gateway as its users start it: a process of its own on a free loopback port, with its own data directory. Kill it as often as
/// needed: <see cref="StartAsync"/> starts it again on the same data.
/// </summary>
public sealed class GatewayProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, string> _settings;
    private readonly IReadOnlyList<string> _command;
    private readonly StringBuilder _output = new();
    private Process? _process;

    /// <param name="dataDirectory">DATA_DIRECTORY, and the working directory.</param>
    /// <param name="settings">Settings, and other variables of the environment.</param>
    /// <param name="command">The program that is run and its first arguments; null: the gateway as it was built.</param>
    public GatewayProcess(string dataDirectory, IReadOnlyDictionary<string, string>? settings = null, IReadOnlyList<string>? command = null)
    {
        _command = command ?? ["dotnet", GatewayPath()];
        DataDirectory = dataDirectory;
        Port = FreePort();
        _settings = new(settings ?? new Dictionary<string, string>())
        {
            ["DATA_DIRECTORY"] = dataDirectory,
            ["PORT"] = Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}"), Timeout = TimeSpan.FromMinutes(5) };
    }

    /// <summary>Debug or Release, as the tests were built.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Parent!.Name;

    public string DataDirectory { get; }

    public int Port { get; }

    public HttpClient Client { get; }

    /// <summary>Of the process that runs at present.</summary>
    public int ProcessId => _process?.Id ?? throw new InvalidOperationException("The gateway is not running.");

    /// <summary>Everything the process wrote so far, of all its lives.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts the process and waits until it says that it is ready.</summary>
    public Task StartAsync(params string[] arguments)
    {
        Begin(arguments);
        return ReadyAsync();
    }

    /// <summary>Starts the process and waits until it has started, whether it is ready or not.</summary>
    public Task StartUnreadyAsync(params string[] arguments)
    {
        Begin(arguments);
        return UntilAsync((_, health) => !health.Contains("\"starting\"", StringComparison.Ordinal));
    }

    /// <summary>Starts the process, and waits for nothing.</summary>
    public void Begin(params string[] arguments) => _process = Launch(arguments);

    /// <summary>Waits until the process says that it is ready.</summary>
    public Task ReadyAsync() => UntilAsync((status, _) => status == HttpStatusCode.OK);

    /// <summary>Runs a command of the gateway's to its end and gives its exit code and output.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using var process = Launch(arguments);
        await process.WaitForExitAsync();
        return (process.ExitCode, Output);
    }

    /// <summary>kill -9: no handler runs, no buffer is flushed.</summary>
    public async Task KillAsync()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill(entireProcessTree: false);
            await process.WaitForExitAsync();
        }

        _process?.Dispose();
        _process = null;
    }

    /// <summary>Stands still, as on a host that is frozen: its connections stay, and it says nothing.</summary>
    public void Pause() => Signal(_process ?? throw new InvalidOperationException("The gateway is not running."), "-STOP");

    /// <summary>After <see cref="Pause"/>: goes on where it was.</summary>
    public void Resume() => Signal(_process ?? throw new InvalidOperationException("The gateway is not running."), "-CONT");

    /// <summary>Asks it to stop, as a service manager does, and gives its exit code. Fails when it does not.</summary>
    public async Task<int> StopAsync()
    {
        var process = _process ?? throw new InvalidOperationException("The gateway is not running.");
        Signal(process, "-TERM");
        using var patience = new CancellationTokenSource(StopTimeout);
        await process.WaitForExitAsync(patience.Token);
        return process.ExitCode;
    }

    /// <summary>Posts a GraphQL document and gives the whole response object.</summary>
    public async Task<JsonElement> QueryAsync(string query, object? variables = null)
    {
        using var response = await Client.PostAsJsonAsync("/graphql", new { query, variables });
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Posts a GraphQL document that must succeed and gives its <c>data</c>.</summary>
    public async Task<JsonElement> DataAsync(string query, object? variables = null)
    {
        var response = await QueryAsync(query, variables);
        if (response.TryGetProperty("errors", out var errors))
        {
            throw new InvalidOperationException($"The gateway answered with errors: {errors}");
        }

        return response.GetProperty("data");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            try
            {
                await StopAsync();
            }
            catch (OperationCanceledException)
            {
                await KillAsync();
            }
        }

        _process?.Dispose();
        Client.Dispose();
    }

    /// <param name="isEnough">Given the status and the body of what it says of its health.</param>
    private async Task UntilAsync(Func<HttpStatusCode, string, bool> isEnough)
    {
        var process = _process ?? throw new InvalidOperationException("The gateway is not running.");
        var deadline = Stopwatch.StartNew();
        var health = "";
        while (true)
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"The gateway exited with {process.ExitCode}:\n{Output}");
            }

            try
            {
                using var response = await Client.GetAsync(new Uri("/health/ready", UriKind.Relative));
                health = await response.Content.ReadAsStringAsync();
                if (isEnough(response.StatusCode, health))
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            if (deadline.Elapsed > StartTimeout)
            {
                throw new TimeoutException($"The gateway was not ready within {StartTimeout}: {health}\n{Output}");
            }

            await Task.Delay(50);
        }
    }

    private Process Launch(string[] arguments)
    {
        var start = new ProcessStartInfo(_command[0])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = DataDirectory,
        };
        foreach (var argument in _command.Skip(1).Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in _settings)
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (_output)
            {
                _output.AppendLine(line);
            }
        }
    }

    private static void Signal(Process process, string signal)
    {
        using var kill = Process.Start("kill", [signal, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>The gateway as built beside the tests, in the same configuration.</summary>
    private static string GatewayPath() => Path.Combine(Repository.Root, "src", "FederatedQuery.Gateway", "bin", Configuration, "net10.0", "FederatedQuery.Gateway.dll");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
