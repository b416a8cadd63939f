using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Logs;

/// <summary>A log shipper that runs as a process of its own, takes lines over TCP and ships them on.</summary>
internal sealed class Shipper : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private readonly StringBuilder _output = new();
    private Process? _process;

    private Shipper()
    {
        Port = FreePort();
    }

    public int Port { get; }

    /// <summary>What it wrote.</summary>
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

    /// <summary>Of rsyslog, with omelasticsearch; null where there is none. It cannot be installed beside syslog-ng: test.sh unpacks it into a folder.</summary>
    public static (string Program, string Modules)? Rsyslog => new[] { Environment.GetEnvironmentVariable("RSYSLOG_ROOT"), CacheFolder, "/" }
        .Where(root => !string.IsNullOrEmpty(root))
        .SelectMany(root => new[] { "x86_64-linux-gnu", "aarch64-linux-gnu" }, (root, platform) => (Path.Combine(root!, "usr/sbin/rsyslogd"), Path.Combine(root!, "usr/lib", platform, "rsyslog")))
        .Where(found => File.Exists(found.Item1) && File.Exists(Path.Combine(found.Item2, "omelasticsearch.so")))
        .Select(found => ((string, string)?)found)
        .FirstOrDefault();

    /// <summary>Of syslog-ng, with its HTTP destination.</summary>
    public static string? SyslogNg => File.Exists("/usr/sbin/syslog-ng") && Directory.Exists("/usr/lib/syslog-ng")
        && Directory.EnumerateFiles("/usr/lib/syslog-ng", "libhttp.so", SearchOption.AllDirectories).Any() ? "/usr/sbin/syslog-ng" : null;

    private static string CacheFolder => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "federatedquery",
        "rsyslog");

    /// <param name="config">Its configuration; <c>@PORT@</c> is where it listens, <c>@DIR@</c> a folder of its own.</param>
    public static async Task<Shipper> StartRsyslogAsync(string config)
    {
        var (program, modules) = Rsyslog!.Value;
        var shipper = new Shipper();
        var file = shipper.Write("rsyslog.conf", config);
        await shipper.StartAsync(program, "-n", "-f", file, "-i", shipper._folder.File("pid"), "-M", modules);
        return shipper;
    }

    /// <inheritdoc cref="StartRsyslogAsync"/>
    public static async Task<Shipper> StartSyslogNgAsync(string config)
    {
        var shipper = new Shipper();
        var file = shipper.Write("syslog-ng.conf", config);
        await shipper.StartAsync(
            SyslogNg!, "-F", "--no-caps", "-f", file, "-R", shipper._folder.File("persist"), "-p", shipper._folder.File("pid"), "-c", shipper._folder.File("ctl"));
        return shipper;
    }

    /// <summary>Sends lines as syslog messages over TCP.</summary>
    public async Task SendAsync(IEnumerable<string> lines)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        _process?.Dispose();
        _folder.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string Write(string name, string config)
    {
        var path = _folder.File(name);
        File.WriteAllText(path, config.Replace("@PORT@", $"{Port}", StringComparison.Ordinal).Replace("@DIR@", _folder.FullPath, StringComparison.Ordinal));
        return path;
    }

    private async Task StartAsync(string program, params string[] arguments)
    {
        var process = _process = new Process { StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true } };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var started = Stopwatch.GetTimestamp();
        while (!await ListensAsync())
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(started) > StartTimeout)
            {
                throw new InvalidOperationException($"{program} does not listen:\n{Output}");
            }

            await Task.Delay(50);
        }
    }

    private async Task<bool> ListensAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
