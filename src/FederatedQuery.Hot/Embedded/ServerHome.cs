using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.Hot.Embedded;

/// <summary>Where the cluster, and a copy of the programs if one is needed, lie: folders that the server's account can reach.</summary>
internal static partial class ServerHome
{
    /// <summary>
    /// The data directory, or, when the server's account cannot enter it, a folder of its own below
    /// <see cref="EmbeddedPostgresOptions.RelocatedDirectory"/>, named after the data directory so that each has its own cluster.
    /// </summary>
    public static async Task<string> ChooseAsync(
        EmbeddedPostgresOptions options, ServerAccount account, ILogger logger, CancellationToken cancellationToken)
    {
        var wanted = Path.GetFullPath(options.DataDirectory);
        Directory.CreateDirectory(wanted);
        if (await account.CanReadAsync(wanted, cancellationToken))
        {
            return wanted;
        }

        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(wanted)).AsSpan(0, 6));
        var home = Path.Combine(options.RelocatedDirectory, name);
        Directory.CreateDirectory(home);
        if (!await account.CanReadAsync(home, cancellationToken))
        {
            throw new HotException(
                HotErrorKind.EmbeddedServer,
                $"PostgreSQL does not run as root, and user '{account.UserName}' can enter neither the data directory '{wanted}' nor '{home}'. "
                + "Set DATA_DIRECTORY to a folder that every account may enter, or run the gateway under an account of its own.");
        }

        Log.Relocated(logger, wanted, account.UserName!, home);
        return home;
    }

    /// <summary>The best installation that runs under the account, copied to <paramref name="home"/> when it lies where that cannot read.</summary>
    public static async Task<PostgresBinaries> InstallAsync(
        EmbeddedPostgresOptions options, string home, ServerAccount account, ILogger logger, CancellationToken cancellationToken)
    {
        var reasons = new List<string>();
        foreach (var candidate in PostgresBinaries.Candidates(options.BinariesDirectory))
        {
            if (!PostgresBinaries.IsInstallation(candidate))
            {
                reasons.Add($"'{candidate}' has no bin/postgres");
                continue;
            }

            var directory = candidate;
            if (!PackageSymlinks.TryMake(candidate)
                || !await account.CanReadAsync(Path.Combine(candidate, "bin", OperatingSystem.IsWindows() ? "postgres.exe" : "postgres"), cancellationToken))
            {
                directory = Copy(candidate, home);
                PackageSymlinks.TryMake(directory);
                Log.BinariesCopied(logger, candidate, directory);
            }

            var (binaries, reason) = await PostgresBinaries.ProbeAsync(directory, account, cancellationToken);
            if (binaries is not null)
            {
                return binaries;
            }

            reasons.Add(reason);
        }

        throw new HotException(
            HotErrorKind.EmbeddedServer,
            $"No PostgreSQL {PostgresBinaries.OldestMajorVersion} or newer was found to start: {string.Join("; ", reasons)}. "
            + "Install PostgreSQL, or set POSTGRES_HOST to a server that runs.");
    }

    private static string Copy(string source, string home)
    {
        // Named after what was copied, so that an updated package is copied anew.
        var stamp = File.GetLastWriteTimeUtc(Path.Combine(source, "bin", OperatingSystem.IsWindows() ? "postgres.exe" : "postgres"));
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{source}|{stamp:O}")).AsSpan(0, 6));
        var target = Path.Combine(home, "postgres-programs-" + name);
        if (Directory.Exists(target))
        {
            return target;
        }

        var partial = target + ".partial";
        if (Directory.Exists(partial))
        {
            Directory.Delete(partial, recursive: true);
        }

        Directory.CreateDirectory(partial);
        foreach (var folder in Directory.EnumerateDirectories(source, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Combine(partial, Path.GetRelativePath(source, folder)));
        }

        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(partial, Path.GetRelativePath(source, file)));
        }

        Directory.Move(partial, target);
        return target;
    }

    private static partial class Log
    {
        [LoggerMessage(
            HotEventId.EmbeddedRelocated, LogLevel.Warning,
            "'{DataDirectory}' is closed to user '{User}', under whom PostgreSQL runs: the cluster lies in '{Home}' instead")]
        public static partial void Relocated(ILogger logger, string dataDirectory, string user, string home);

        [LoggerMessage(
            HotEventId.EmbeddedBinariesCopied, LogLevel.Information,
            "PostgreSQL's programs in '{Source}' cannot be used where they lie: copied to '{Target}'")]
        public static partial void BinariesCopied(ILogger logger, string source, string target);
    }
}
