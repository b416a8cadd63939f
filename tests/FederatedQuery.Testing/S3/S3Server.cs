using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using FederatedQuery.ObjectStore.S3;
using Xunit;

namespace FederatedQuery.Testing.S3;

/// <summary>
/// A real S3 server, Ceph's radosgw in memory, one per test process: started by the first test that asks, gone with the process however
/// it ends. Use it as <c>IClassFixture&lt;S3Server&gt;</c>; tests marked <see cref="S3FactAttribute"/> are skipped where its programs
/// are missing.
/// </summary>
public sealed class S3Server : IAsyncLifetime
{
    public const string AccessKey = "test";
    public const string SecretKey = "testtest";
    public const string Region = "us-east-1";

    private static readonly string[] Programs = ["radosgw", "radosgw-admin", "ceph-mon", "ceph-osd", "monmaptool", "ceph", "curl"];
    private static readonly Lazy<Task<Running>> Shared = new(StartAsync);
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(90);
    private static int BucketCount;

    private Running? _running;

    /// <summary>Why there is no server; null where there can be one.</summary>
    public static string? Missing { get; } = FindMissing();

    /// <summary>What it can hold, all of it in memory; set it before the first start.</summary>
    public static string Capacity { get; set; } = "2G";

    /// <summary>Such as <c>http://127.0.0.1:23400</c>.</summary>
    public Uri Endpoint => (_running ?? throw new InvalidOperationException(Missing ?? "The S3 server has not been started.")).Endpoint;

    public static BasicAWSCredentials Credentials { get; } = new(AccessKey, SecretKey);

    public async Task InitializeAsync()
    {
        if (Missing is null)
        {
            _running = await Shared.Value;
        }
    }

    // The server outlives the class: other classes of this process use it.
    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>Makes an empty bucket.</summary>
    public async Task<string> CreateBucketAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test-{Environment.ProcessId}-{Interlocked.Increment(ref BucketCount)}");
        using var client = CreateClient();
        await client.PutBucketAsync(new PutBucketRequest { BucketName = name });
        return name;
    }

    /// <summary>How a store reaches a bucket. Patient enough for tests that break connections.</summary>
    public S3Options OptionsFor(string bucket) => new()
    {
        Bucket = bucket,
        Endpoint = Endpoint,
        Region = Region,
        Credentials = Credentials,
        MaxRetryDelay = TimeSpan.FromSeconds(1),
    };

    /// <summary>Settings of a gateway whose tables go there; others may be added.</summary>
    /// <param name="tableBucket">As S3_TABLE_BUCKET has it.</param>
    /// <param name="endpoint">A proxy's, or null for the server itself.</param>
    public Dictionary<string, string> SettingsFor(string tableBucket, Uri? endpoint = null) => new()
    {
        ["S3_TABLE_BUCKET"] = tableBucket,
        ["S3_ENDPOINT"] = (endpoint ?? Endpoint).AbsoluteUri,
        ["AWS_REGION"] = Region,
        ["AWS_ACCESS_KEY_ID"] = AccessKey,
        ["AWS_SECRET_ACCESS_KEY"] = SecretKey,
        ["MAINTENANCE_ENABLED"] = "false",
    };

    /// <summary>The SDK's own client, for looking behind the store.</summary>
    public AmazonS3Client CreateClient() => new(Credentials, new AmazonS3Config
    {
        ServiceURL = Endpoint.AbsoluteUri,
        AuthenticationRegion = Region,
        ForcePathStyle = true,
        RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
    });

    /// <summary>Gives the owner of the buckets another pair of keys.</summary>
    public Task AddKeyAsync(string accessKey, string secretKey) =>
        AdminAsync("key", "create", "--uid=test", "--access-key=" + accessKey, "--secret-key=" + secretKey);

    public Task RemoveKeyAsync(string accessKey) => AdminAsync("key", "rm", "--uid=test", "--access-key=" + accessKey);

    private async Task AdminAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("radosgw-admin", arguments);
        start.Environment["CEPH_CONF"] = Path.Combine(_running!.Folder, "ceph.conf");
        await RunAsync(start, _running.Folder);
    }

    private static async Task<Running> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("federatedquery-s3-").FullName;
        StartKeeper(folder);
        for (var tries = 3; ; tries--)
        {
            var port = FreePort();
            var start = new ProcessStartInfo("bash", [Path.Combine(Repository.Root, "tests", "s3", "start-s3.sh"), Path.Combine(folder, "s3"), $"{port}"]);
            start.Environment["S3_BYTES"] = Capacity;
            try
            {
                await RunAsync(start, folder);
                return new Running(new Uri($"http://127.0.0.1:{port}"), Path.Combine(folder, "s3"));
            }
            catch (InvalidOperationException) when (tries > 1)
            {
                // Another process took a port in between, or the server failed to come up: on other ports, once more.
                KillAll(Path.Combine(folder, "s3"));
            }
        }
    }

    /// <summary>
    /// Ends the server when this process ends, even if it is killed: a shell waits for the end of its input, which only this process
    /// holds open. On SIGTERM the server lingers, hence kill -9.
    /// </summary>
    private static void StartKeeper(string folder)
    {
        const string Script = "trap '' TERM INT HUP; cat > /dev/null; for f in \"$1\"/s3/*.pid; do [ -f \"$f\" ] && kill -9 $(cat \"$f\"); done; rm -rf \"$1\"";
        var keeper = Process.Start(new ProcessStartInfo("setsid", ["sh", "-c", Script, "keeper", folder]) { RedirectStandardInput = true })!;

        // Holds the pipe until then, too: collected, the process object would close it.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => keeper.StandardInput.Close();
    }

    private static void KillAll(string folder)
    {
        foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.pid") : [])
        {
            using var kill = Process.Start("kill", ["-9", File.ReadAllText(file).Trim()]);
            kill.WaitForExit();
        }
    }

    /// <summary>Output goes to a file: the daemons keep it open, and a pipe would break under them.</summary>
    private static async Task RunAsync(ProcessStartInfo command, string folder)
    {
        var log = Path.Combine(folder, Guid.NewGuid().ToString("N") + ".out");
        var start = new ProcessStartInfo("sh", ["-c", "out=$1; shift; exec \"$@\" > \"$out\" 2>&1", "run", log, command.FileName, .. command.ArgumentList]);
        foreach (var (name, value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(StartTimeout);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"{command.FileName} did not end within {StartTimeout}:\n{await File.ReadAllTextAsync(log)}");
        }

        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"{command.FileName} {string.Join(' ', command.ArgumentList)} ended with {process.ExitCode}:\n{await File.ReadAllTextAsync(log)}");
        }
    }

    /// <summary>The first of the ports that the script uses: from it, from the next, and from ten to forty further.</summary>
    private static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 30_000);
            if (new[] { port, port + 1, port + 10, port + 11, port + 12, port + 13 }.All(IsFree))
            {
                return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string? FindMissing()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var absent = Programs.Where(program => !folders.Any(folder => File.Exists(Path.Combine(folder, program)))).ToList();
        return absent.Count == 0
            ? null
            : $"No S3 server to test against: {string.Join(", ", absent)} not found (Debian and Ubuntu: apt-get install radosgw ceph-mon ceph-osd).";
    }

    private sealed record Running(Uri Endpoint, string Folder);
}
