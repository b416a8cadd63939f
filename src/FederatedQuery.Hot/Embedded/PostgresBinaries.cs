using System.Globalization;
using System.Reflection;

namespace FederatedQuery.Hot.Embedded;

/// <summary>A PostgreSQL installation: the folder with <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>, and its version.</summary>
/// <param name="BinDirectory">The folder of the programs.</param>
/// <param name="Version">As printed by <c>postgres --version</c>: <c>18.4</c>.</param>
internal sealed record PostgresBinaries(string BinDirectory, string Version)
{
    /// <summary>The oldest major version that this project supports.</summary>
    public const int OldestMajorVersion = 15;

    private const string MetadataKey = "EmbeddedPostgres";

    public int MajorVersion => int.Parse(Version.Split('.', 2)[0], CultureInfo.InvariantCulture);

    public string InitDb => Program(BinDirectory, "initdb");

    public string PgCtl => Program(BinDirectory, "pg_ctl");

    /// <summary>
    /// The folders that may hold an installation, best first: the one asked for and no other; else <c>postgres/</c> beside the
    /// application, which published ones have, the npm package of this build, and what the system has installed, newest first.
    /// </summary>
    public static IEnumerable<string> Candidates(string? asked)
    {
        if (asked is not null)
        {
            return [asked];
        }

        var built = typeof(PostgresBinaries).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Where(attribute => attribute.Key == MetadataKey)
            .Select(attribute => attribute.Value!);
        return [Path.Combine(AppContext.BaseDirectory, "postgres"), .. built, .. Installed()];
    }

    /// <summary>Whether the folder holds the three programs that are needed.</summary>
    public static bool IsInstallation(string directory) =>
        new[] { "initdb", "pg_ctl", "postgres" }.All(name => File.Exists(Program(Path.Combine(directory, "bin"), name)));

    /// <summary>The installation in a folder; null with a reason when its programs do not run or are too old.</summary>
    public static async Task<(PostgresBinaries? Binaries, string Reason)> ProbeAsync(
        string directory, ServerAccount account, CancellationToken cancellationToken)
    {
        var bin = Path.Combine(directory, "bin");
        var (exitCode, output) = await account.RunAsync(
            Program(bin, "postgres"), ["--version"], TimeSpan.FromSeconds(30), cancellationToken);
        if (exitCode != 0)
        {
            return (null, $"'{directory}' does not run: {output}");
        }

        // "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", "postgres (PostgreSQL) 19beta1"
        var digits = new string([.. output.Split(' ').ElementAtOrDefault(2)?.TakeWhile(c => char.IsAsciiDigit(c) || c == '.') ?? []]);
        if (!int.TryParse(digits.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major))
        {
            return (null, $"'{directory}' gives no version: {output}");
        }

        return major < OldestMajorVersion
            ? (null, $"'{directory}' is version {digits}, and {OldestMajorVersion} or newer is needed")
            : (new PostgresBinaries(bin, digits), "");
    }

    private static IEnumerable<string> Installed()
    {
        const string DebianRoot = "/usr/lib/postgresql";
        var versions = Directory.Exists(DebianRoot)
            ? Directory.GetDirectories(DebianRoot)
                .Select(folder => (Folder: folder, Major: int.TryParse(Path.GetFileName(folder), out var major) ? major : 0))
                .Where(version => version.Major >= OldestMajorVersion)
                .OrderByDescending(version => version.Major)
                .Select(version => version.Folder)
            : [];

        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(folder => Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)) == "bin")
            .Select(folder => Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder))!);
        return versions.Concat(onPath);
    }

    private static string Program(string bin, string name) =>
        Path.Combine(bin, OperatingSystem.IsWindows() ? name + ".exe" : name);
}
